use crate::config::Settings;

/// The demo's settings as a configuration file, with which every other command works on the running demo. It may hold
/// the password of a database
/// or of a mail server: only this user may read it.
pub(super) fn text(settings: &Settings) -> Result<String, toml::ser::Error> {
    let mut table = toml::Table::try_from(settings)?;
    if let Some(toml::Value::Table(database)) = table.get_mut("database") {
        database.insert("url".to_owned(), settings.database.url.expose().into());
    }
    if let (Some(smtp), Some(toml::Value::Table(mail))) = (&settings.mail.smtp, table.get_mut("mail")) {
        mail.insert("smtp".to_owned(), smtp.expose().into());
    }
    Ok(format!(
        "# The demo's configuration. It is removed when the demo ends.\n\n{}",
        toml::to_string_pretty(&table)?
    ))
}
