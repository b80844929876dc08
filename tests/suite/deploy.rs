//! The files under `config/deploy`: what cannot be run in a test is held to rules.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/deploy")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

/// The instructions of a Dockerfile, lines that go on joined.
fn instructions(text: &str) -> Vec<(String, String)> {
    let joined = text.replace("\\\n", " ");
    let lines = joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split_once(' ').unwrap())
        .map(|(word, rest)| (word.to_owned(), rest.trim().to_owned()))
        .collect()
}

#[test]
fn the_image_is_pinned_runs_as_nobody_special_and_says_how_it_is() {
    let all = instructions(&read("Dockerfile"));
    let bases: Vec<&str> = all.iter().filter(|(word, _)| word == "FROM").map(|(_, rest)| rest.as_str()).collect();
    for base in &bases {
        let image = base.split(' ').next().unwrap();
        let pinned = image == "scratch"
            || image.split_once(':').is_some_and(|(_, tag)| tag.contains(|c: char| c.is_ascii_digit()));
        assert!(pinned && !image.ends_with(":latest"), "`{image}` may be another image tomorrow");
    }
    let last = all.iter().rposition(|(word, _)| word == "FROM").unwrap();
    let of_the_image =
        |wanted: &str| all[last..].iter().find(|(word, _)| word == wanted).map(|(_, rest)| rest.as_str());
    let user = of_the_image("USER").expect("a USER");
    assert!(!user.starts_with("0") && !user.starts_with("root"), "{user}");
    assert!(
        of_the_image("HEALTHCHECK").unwrap().contains("\"wengu\"")
            || of_the_image("HEALTHCHECK").unwrap().contains("/wengu\"")
    );
    assert!(of_the_image("ENTRYPOINT").unwrap().starts_with('['), "a shell in between swallows SIGTERM");
    assert!(!all.iter().any(|(word, rest)| word == "ADD" || rest.contains("curl ") || rest.contains("sudo ")));
    let built_with = bases[0].split([':', '-']).nth(1).unwrap();
    let cargo = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let wanted = cargo.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap().trim_matches('"');
    assert!(built_with.starts_with(wanted), "it builds with {built_with}, and {wanted} is wanted");
}

#[test]
fn what_the_image_is_built_from_is_let_in() {
    let all = instructions(&read("Dockerfile"));
    let ignored = read("Dockerfile.dockerignore");
    for (_, rest) in all.iter().filter(|(word, rest)| word == "COPY" && !rest.starts_with("--from")) {
        let sources: Vec<&str> = rest.split_whitespace().collect();
        for source in &sources[..sources.len() - 1] {
            assert!(ignored.lines().any(|line| line == format!("!{source}")), "`{source}` is kept out");
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(source).exists(), "`{source}` is not there");
        }
    }
}

#[test]
fn every_variable_that_a_deployment_sets_is_a_key() {
    let keys = wengu::config::keys();
    for name in ["Dockerfile", "compose.yaml", "compose.postgres.yaml", "wengu.service"] {
        let text = read(name);
        let found: Vec<&str> = text.match_indices("WENGU_").map(|(at, _)| &text[at..]).collect();
        assert!(!found.is_empty(), "{name}");
        for at in found {
            let variable: String = at.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
            let key = variable["WENGU_".len()..].to_lowercase().replace("__", ".");
            assert!(keys.contains(key.as_str()), "{name}: `{variable}` is no key");
        }
        assert!(!text.contains("WENGU_TELEGRAM__TOKEN="), "{name}: a token in a file that is shared");
    }
}

#[test]
fn compose_files_pin_their_images_and_keep_secrets_in_files() {
    for name in ["compose.yaml", "compose.postgres.yaml"] {
        let text = read(name);
        for line in text.lines().map(str::trim) {
            assert!(!line.contains(":latest") && !line.starts_with("privileged"), "{name}: {line}");
            let password = line.contains("PASSWORD") && !line.starts_with('#');
            assert!(!password || line.contains("_FILE:"), "{name}: {line}");
        }
        assert!(text.contains("restart: unless-stopped") && !text.contains('\t'), "{name}");
    }
}

#[test]
fn the_unit_is_sound_and_hardened() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        let _ =
            std::io::stderr().write_all("\n*** LEFT OUT: the systemd unit. There is no systemd-analyze.\n".as_bytes());
        return;
    }
    let scratch = TempDir::new().unwrap();
    let unit = scratch.path().join("wengu.service");
    // What is not installed on this machine would be all that is said.
    std::fs::write(&unit, read("wengu.service").replace("/usr/bin/wengu", "/bin/true")).unwrap();
    for arguments in [&["verify"][..], &["security", "--offline=true", "--threshold=15", "--no-pager"]] {
        let told = Command::new("systemd-analyze").args(arguments).arg(&unit).output().unwrap();
        assert!(
            told.status.success(),
            "{}{}",
            String::from_utf8_lossy(&told.stdout),
            String::from_utf8_lossy(&told.stderr)
        );
    }
}

#[test]
fn the_package_carries_files_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cargo: toml::Table = toml::from_str(&std::fs::read_to_string(root.join("Cargo.toml")).unwrap()).unwrap();
    let deb = &cargo["package"]["metadata"]["deb"];
    for asset in deb["assets"].as_array().unwrap() {
        let source = asset[0].as_str().unwrap();
        assert!(source.starts_with("target/") || root.join(source).exists(), "{source}");
    }
    let unit = deb["systemd-units"]["unit-name"].as_str().unwrap();
    assert!(root.join(deb["maintainer-scripts"].as_str().unwrap()).join(format!("{unit}.service")).exists());
}
