use crate::directory::user::Changer;
use crate::directory::{Error, Result};
use crate::model::app_key::{Permission, Privilege};
use crate::model::{Access, Area, Privileges};

/// Whether somebody may give a key those permissions, or change a key that has them: none that reaches further than they
/// themselves do (SEC-129). Permissions for what isn't served here reach nothing.
pub fn may_give(changer: &Changer, permissions: &[Permission]) -> Result<()> {
    let Some(own) = &changer.limit else {
        return Ok(());
    };
    // Whoever holds a key that logs users in may do so for every bot that is there already, whatever its profile.
    let all: Privileges = crate::model::Privilege::ALL.iter().copied().collect();
    if permissions.iter().any(|it| it.privilege == Privilege::UserLogin) && !own.cover(&all) {
        return Err(Error::BeyondOwn);
    }
    let within = permissions
        .iter()
        .filter_map(|permission| reach(*permission))
        .all(|(area, access)| own.allow(area, access));
    if within { Ok(()) } else { Err(Error::BeyondOwn) }
}

/// What a permission lets a program do here.
const fn reach(permission: Permission) -> Option<(Area, Access)> {
    let access = if permission.read_only {
        Access::Read
    } else {
        Access::Write
    };
    Some(match permission.privilege {
        Privilege::Users => (Area::Users, access),
        Privilege::Skills => (Area::Skills, access),
        Privilege::AgentGroups => (Area::AgentGroups, access),
        Privilege::Profiles => (Area::Profiles, access),
        Privilege::Connectors => (Area::Connectors, access),
        _ => return None,
    })
}
