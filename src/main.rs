//! Signet.

/// It gives the memory of password hashes back to the system; the usual allocator keeps it for good.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    signet::cli::main()
}
