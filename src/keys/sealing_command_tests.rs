use std::time::Duration;

use super::{PATIENCE, run};

fn shell(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(str::to_owned).to_vec()
}

async fn refused(script: &str, patience: Duration) -> String {
    run(&shell(script), patience).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_program_is_run_without_a_shell_and_its_output_taken() {
    let echo = ["echo", "$HOME; `id`"].map(str::to_owned);
    assert_eq!(run(&echo, PATIENCE).await.unwrap().as_str(), "$HOME; `id`\n");
}

#[tokio::test]
async fn sec_150_a_program_that_fails_is_told_with_what_it_said_and_not_with_what_it_printed() {
    let told = refused("echo s3cret; printf 'no\\ntoken\\033[0m' >&2; exit 3", PATIENCE).await;
    assert!(told.contains("sh: exit status: 3: no token"), "{told}");
    assert!(!told.contains("s3cret") && !told.contains('\u{1b}'), "{told}");

    let told = refused("head -c 100000 /dev/zero | tr '\\0' e >&2; exit 1", PATIENCE).await;
    assert!(told.len() < 700, "{told}");
}

#[tokio::test]
async fn sec_150_a_program_has_its_time_and_room() {
    let told = refused("sleep 600", Duration::from_millis(50)).await;
    assert!(told.contains("no answer within"), "{told}");
    let told = refused("yes s3cret", PATIENCE).await;
    assert!(
        told.contains("more than 4096 bytes") && !told.contains("s3cret"),
        "{told}"
    );
    let told = refused("printf '\\377'", PATIENCE).await;
    assert!(told.contains("isn't text"), "{told}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let absent = run(&["/nowhere/vault".to_owned()], PATIENCE).await.unwrap_err();
    assert!(
        absent.to_string().contains("/nowhere/vault: can't be started"),
        "{absent}"
    );
}
