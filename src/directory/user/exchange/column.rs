use passwords::StoredHash;
use secrecy::SecretString;

use crate::directory::consumer::NewPassword;
use crate::directory::user::Draft;
use crate::model::user::{Membership, UserType};
use crate::model::{Refusal, User};

/// A column: its heading, how a cell of it is read into a user, and how it is written.
///
/// Headings are the Users API's names, but for groups, which are told by their ids alone.
pub(super) struct Column {
    pub(super) name: &'static str,
    read: fn(&str, &mut Row) -> Option<()>,
    write: fn(&User) -> String,
    allowed: &'static str,
}

/// What a row says, laid over a user.
pub(super) struct Row {
    pub(super) draft: Draft,
    pub(super) password: Option<NewPassword>,
}

const TEXT: &str = "a text";
const TRUTH: &str = "true or false";
const NUMBER: &str = "a number";
const NUMBERS: &str = "numbers with semicolons between them";

macro_rules! text {
    ($name:literal, $($field:ident).+) => {
        Column {
            name: $name,
            read: |cell, row| { row.draft.$($field).+ = cell.to_owned(); Some(()) },
            write: |user| user.$($field).+.clone(),
            allowed: TEXT,
        }
    };
}

macro_rules! optional {
    ($name:literal, $($field:ident).+) => {
        Column {
            name: $name,
            read: |cell, row| { row.draft.$($field).+ = Some(cell.to_owned()); Some(()) },
            write: |user| user.$($field).+.clone().unwrap_or_default(),
            allowed: TEXT,
        }
    };
}

macro_rules! parsed {
    ($name:literal, $allowed:expr, $($field:ident).+) => {
        Column {
            name: $name,
            read: |cell, row| { row.draft.$($field).+ = cell.trim().parse().ok()?; Some(()) },
            write: |user| user.$($field).+.to_string(),
            allowed: $allowed,
        }
    };
}

macro_rules! numbers {
    ($name:literal, $field:ident) => {
        Column {
            name: $name,
            read: |cell, row| {
                row.draft.profile.$field = numbers(cell)?;
                Some(())
            },
            write: |user| joined(&user.profile.$field),
            allowed: NUMBERS,
        }
    };
}

/// All columns, as an export has them.
pub(super) const COLUMNS: [Column; 24] = [
    text!("loginName", login_name),
    text!("fullName", full_name),
    text!("nickname", profile.nickname),
    text!("email", profile.email),
    Column {
        name: "userTypeId",
        read: |cell, row| {
            row.draft.kind = UserType::of_number(cell.trim().parse().ok()?)?;
            Some(())
        },
        write: |user| user.kind.number().to_string(),
        allowed: "1 (a person) or 2 (a bot)",
    },
    Column {
        name: "isEnabled",
        read: |cell, row| {
            row.draft.is_enabled = cell.trim().parse().ok()?;
            row.draft.profile.disabled_manually = !row.draft.is_enabled;
            Some(())
        },
        write: |user| user.is_enabled.to_string(),
        allowed: TRUTH,
    },
    numbers!("profileIds", profile_ids),
    parsed!("maxChats", NUMBER, profile.max_chats),
    Column {
        name: "maxAsyncChats",
        read: |cell, row| {
            row.draft.profile.max_async_chats = Some(cell.trim().parse().ok()?);
            Some(())
        },
        write: |user| {
            user.profile
                .max_async_chats
                .map(|most| most.to_string())
                .unwrap_or_default()
        },
        allowed: NUMBER,
    },
    numbers!("skillIds", skill_ids),
    numbers!("lobIds", lob_ids),
    Column {
        name: "memberOf",
        read: |cell, row| {
            row.draft.profile.member_of = Some(member(cell.trim().parse().ok()?));
            Some(())
        },
        write: |user| joined(&groups(user.profile.member_of.as_slice())),
        allowed: "an agent group's number",
    },
    Column {
        name: "managerOf",
        read: |cell, row| {
            row.draft.profile.manager_of = numbers(cell)?.into_iter().map(member).collect();
            Some(())
        },
        write: |user| joined(&groups(&user.profile.manager_of)),
        allowed: NUMBERS,
    },
    numbers!("permissionGroups", permission_groups),
    optional!("pid", pid),
    optional!("employeeId", profile.employee_id),
    optional!("description", profile.description),
    optional!("mobileNumber", profile.mobile_number),
    optional!("pictureUrl", profile.picture_url),
    parsed!("isApiUser", TRUTH, profile.is_api_user),
    optional!("allowedAppKeys", profile.allowed_app_keys),
    parsed!("changePwdNextLogin", TRUTH, must_change_password),
    Column {
        name: "passwordSh",
        read: |cell, row| {
            row.password = Some(NewPassword::Plain(SecretString::from(cell)));
            Some(())
        },
        write: |_| String::new(),
        allowed: TEXT,
    },
    Column {
        name: HASH,
        read: |cell, row| {
            row.password = Some(NewPassword::Hashed(Box::new(
                StoredHash::parse(cell.trim()).ok()?,
            )));
            Some(())
        },
        write: |_| String::new(),
        allowed: "a hash, as PHC writes it",
    },
];

/// The heading of passwords' hashes, which an export has where somebody asks for them.
pub(super) const HASH: &str = "passwordHash";

impl Column {
    /// The column of that heading.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        const ALL: &[Column] = &COLUMNS;
        ALL.iter().find(|column| column.name == name)
    }

    /// Lays a cell over a row.
    pub(super) fn read(&self, cell: &str, row: &mut Row) -> Result<(), Refusal> {
        (self.read)(cell, row).ok_or_else(|| Refusal::new(self.name, format!("must be {}", self.allowed)))
    }

    /// The cell of a user.
    pub(super) fn write(&self, user: &User) -> String {
        (self.write)(user)
    }
}

fn numbers(cell: &str) -> Option<Vec<i64>> {
    let parts = cell.split(';').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok()).collect()
}

fn joined(numbers: &[i64]) -> String {
    let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    texts.join(";")
}

fn groups(memberships: &[Membership]) -> Vec<i64> {
    memberships.iter().map(|group| group.agent_group_id).collect()
}

fn member(agent_group_id: i64) -> Membership {
    Membership {
        agent_group_id,
        // Since when is the server's to say.
        assignment_date: crate::base::Timestamp::from_millis(0),
    }
}
