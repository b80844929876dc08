//! A newcomer's path, with the commands that one types: `init`, `doctor`, `serve`, on real processes.

use std::path::Path;
use std::process::Output;

use tempfile::TempDir;
use tokio::process::Command;

/// Runs a command in a folder, with nothing but what the folder holds.
async fn wengu(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wengu")).args(arguments).current_dir(folder).output().await.unwrap()
}

#[tokio::test]
async fn what_init_writes_is_sound_and_is_never_written_over() {
    let folder = TempDir::new().unwrap();
    let written = wengu(folder.path(), &["init", "--title", "读书会章程"]).await;
    assert!(written.status.success(), "{written:?}");
    let paths = String::from_utf8(written.stdout).unwrap();
    assert_eq!(paths.lines().count(), 2, "{paths}");
    let checked = wengu(folder.path(), &["check"]).await;
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(
        checked.status.success() && said.ends_with("1 sound document, 4 sections, 0 errors, 0 warnings\n"),
        "{said}"
    );
    let answered = wengu(folder.path(), &["ask", "会费多少钱"]).await;
    assert!(String::from_utf8(answered.stdout).unwrap().contains("每年一百元"));

    let config = folder.path().join("config/wengu.toml");
    std::fs::write(&config, "# mine\n").unwrap();
    let again = wengu(folder.path(), &["init", "--title", "另一本"]).await;
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8(again.stderr).unwrap().contains("is there already"));
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "# mine\n");
    assert_eq!(std::fs::read_dir(folder.path().join("content")).unwrap().count(), 1, "nothing was written by halves");
}

#[tokio::test]
async fn init_writes_no_document_where_none_is_wanted() {
    let folder = TempDir::new().unwrap();
    let written = wengu(folder.path(), &["init", "--dir", "there", "--no-document", "--token-file", "secret"]).await;
    assert!(written.status.success(), "{written:?}");
    let config = std::fs::read_to_string(folder.path().join("there/config/wengu.toml")).unwrap();
    assert!(config.contains(&format!("\ntoken_file = \"{}\"\n", folder.path().join("secret").display())), "{config}");
    assert!(!folder.path().join("there/content").exists());
}
