//! The image: everything that it copies exists and is let in, it does not run as root, and it can tell its health.

use std::path::Path;

use crate::dockerfile::{Instruction, Stage, stages};
use crate::{read, repository, settings};

fn image() -> Vec<Stage> {
    stages(&read("Dockerfile"))
}

fn final_stage() -> Stage {
    image().pop().expect("the Dockerfile has stages")
}

/// What the build takes out of the repository, over all stages.
fn copied() -> Vec<String> {
    image()
        .iter()
        .flat_map(|stage| stage.all("COPY").chain(stage.all("ADD")))
        .filter(|copy| copy.option("from").is_none())
        .flat_map(|copy| {
            let mut words = copy.words();
            words.pop();
            words
        })
        .collect()
}

/// `.dockerignore` takes all away and lets single paths in again: those.
fn let_in() -> Vec<String> {
    let ignore = read(".dockerignore");
    let mut lines = ignore
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    assert_eq!(
        lines.next(),
        Some("*"),
        "nothing goes in unless it is named: no key, no database, no build folder"
    );
    lines
        .filter_map(|line| line.strip_prefix('!'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_path_that_the_image_copies_exists_and_is_let_in() {
    let let_in = let_in();
    let copied = copied();
    assert!(!copied.is_empty());
    for path in &copied {
        assert!(
            repository(path).exists(),
            "the Dockerfile copies {path}, which isn't there"
        );
        assert!(
            let_in.contains(path),
            "the Dockerfile copies {path}, which .dockerignore keeps out"
        );
    }
    for path in &let_in {
        assert!(
            copied.contains(path),
            ".dockerignore lets in {path}, which nothing copies"
        );
    }
}

#[test]
fn every_copy_from_a_stage_names_an_earlier_one() {
    let mut earlier = Vec::new();
    for stage in image() {
        for from in stage.instructions.iter().filter_map(|copy| copy.option("from")) {
            assert!(
                earlier.iter().any(|name| name == from),
                "no stage before is called {from}"
            );
        }
        earlier.extend(stage.name);
    }
}

/// A file that is compiled in must be in the image's build too.
#[test]
fn every_file_that_a_source_includes_is_copied() {
    let copied: Vec<_> = copied().iter().map(|path| repository(path)).collect();
    let mut see = |path: &Path, text: &str| {
        for name in ["include_str!(\"", "include_bytes!(\""] {
            for (_, rest) in text
                .match_indices(name)
                .map(|(begin, _)| text.split_at(begin + name.len()))
            {
                let named = rest.split('"').next().expect("a text ends");
                let target = path.with_file_name(named);
                let Ok(target) = target.canonicalize() else {
                    panic!("{} includes {named}, which isn't there", path.display())
                };
                let inside = copied.iter().any(|copied| target.starts_with(copied));
                assert!(
                    inside,
                    "{} includes {named}, which the Dockerfile doesn't copy",
                    path.display()
                );
            }
        }
    };
    for_each_source(&repository("src"), &mut see);
    for_each_source(&repository("crates"), &mut see);
}

fn for_each_source(folder: &Path, see: &mut dyn FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).expect("a folder can be listed") {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            for_each_source(&path, see);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            see(
                &path,
                &std::fs::read_to_string(&path).expect("a source file is UTF-8"),
            );
        }
    }
}

#[test]
fn the_workspace_is_copied_whole() {
    let manifest: toml::Table = read("Cargo.toml").parse().expect("Cargo.toml is TOML");
    let copied = copied();
    for member in manifest["workspace"]["members"]
        .as_array()
        .expect("the workspace has members")
    {
        let folder = member
            .as_str()
            .expect("a member is a path")
            .trim_end_matches("/*");
        assert!(copied.iter().any(|path| path == folder), "{folder} is not copied");
    }
    for path in ["Cargo.toml", "Cargo.lock", "src", "migrations"] {
        assert!(copied.iter().any(|copied| copied == path), "{path} is not copied");
    }
}

#[test]
fn it_is_built_with_everything_from_the_locked_versions() {
    let build = image();
    let build = build.first().expect("the Dockerfile has stages");
    let cargo = &build
        .all("RUN")
        .find(|run| run.text.contains("cargo build"))
        .expect("a stage builds")
        .text;
    for option in ["--locked", "--profile image", "--all-features", "--bin signet"] {
        assert!(cargo.contains(option), "{option}");
    }
    let manifest: toml::Table = read("Cargo.toml").parse().expect("Cargo.toml is TOML");
    assert_eq!(manifest["profile"]["image"]["lto"].as_str(), Some("thin"));
    let needed = manifest["workspace"]["package"]["rust-version"]
        .as_str()
        .expect("a version");
    let given = build
        .base
        .strip_prefix("rust:")
        .and_then(|tag| tag.split('-').next())
        .expect("it is built on rust:VERSION-…");
    let minor = |version: &str| {
        version
            .split('.')
            .nth(1)
            .and_then(|minor| minor.parse::<u32>().ok())
            .expect("a minor version")
    };
    assert!(
        minor(given) >= minor(needed),
        "built with {given}, needs {needed}"
    );
}

#[test]
fn every_base_is_pinned() {
    for stage in image() {
        let tag = stage.base.rsplit_once(':').map(|(_, tag)| tag);
        assert!(
            tag.is_some_and(|tag| tag != "latest"),
            "{} has no tag",
            stage.base
        );
    }
}

#[test]
fn it_does_not_run_as_root() {
    let stage = final_stage();
    let user = &stage.last("USER").text;
    let (user, group) = user.split_once(':').expect("USER is uid:gid");
    for id in [user, group] {
        assert!(
            id.parse::<u32>()
                .expect("by number, so that an orchestrator can check it")
                > 0
        );
    }
    let owned = stage
        .all("COPY")
        .find(|copy| copy.text.contains("/var/lib/signet"));
    assert_eq!(
        owned.and_then(|copy| copy.option("chown")),
        Some("65532:65532"),
        "the volumes belong to that user"
    );
}

#[test]
fn the_binary_tells_its_own_health() {
    let stage = final_stage();
    assert_eq!(
        stage
            .last("HEALTHCHECK")
            .exec()
            .expect("the exec form: there is no shell"),
        ["signet", "health"]
    );
    assert!(stage.last("HEALTHCHECK").option("start-period").is_some());
    assert_eq!(
        stage
            .last("ENTRYPOINT")
            .exec()
            .expect("the exec form: signals reach the server"),
        ["signet"]
    );
    assert_eq!(stage.last("CMD").exec().expect("the exec form"), ["serve"]);
}

#[test]
fn data_and_keys_are_volumes_apart() {
    let stage = final_stage();
    let home = stage.last("WORKDIR").text.clone();
    assert_eq!(
        stage.last("VOLUME").words(),
        [format!("{home}/data"), format!("{home}/keys")]
    );
}

#[test]
fn its_environment_is_a_configuration_that_the_server_takes() {
    let stage = final_stage();
    let variables = stage.all("ENV").flat_map(Instruction::words).map(|setting| {
        let (name, value) = setting.split_once('=').expect("ENV NAME=VALUE");
        assert!(name.starts_with("SIGNET_"), "{name}");
        (name.to_owned(), value.to_owned())
    });
    let settings = settings(variables).expect("the server takes it");
    assert!(
        !settings.server.listen.is_loopback(),
        "a container's loopback is reached by nobody"
    );
    assert_eq!(
        settings.keys.dir,
        Path::new("keys"),
        "below the working directory, in the volume"
    );
}
