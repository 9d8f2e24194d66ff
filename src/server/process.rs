use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Keeps this process' memory, with its keys, out of core files and away from other processes of the same user
/// (SEC-164).
pub fn forbid_core_dumps() {
    let nothing = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // The limit is not heeded where cores go to a program; the process' own mark is.
    let limited = setrlimit(Resource::Core, nothing);
    let marked = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    if let Err(error) = limited.and(marked) {
        tracing::warn!(%error, "core dumps can't be switched off");
    }
}
