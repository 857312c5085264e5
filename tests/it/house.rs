//! What the rooms may know of each other.

use std::process::Command;

use tests::app::root;

fn tree(package: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--package",
            package,
            "--all-features",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_contract_and_the_catalogue_know_nobody() {
    for package in ["openapi", "catalogue"] {
        let tree = tree(package);
        for stranger in ["diesel", "actix-web", "leptos", "backend", "paper"] {
            let found = tree.lines().any(|line| line.split(' ').next() == Some(stranger));
            assert!(!found, "{package} depends on {stranger}");
        }
    }
}

/// Text for people lives in the locale files; code speaks in keys.
#[test]
fn code_holds_no_russian_text() {
    let mut files = Vec::new();
    for dir in [
        "backend/src",
        "backend/judge/src",
        "backend/paper/src",
        "backend/sealed/src",
        "frontend",
        "openapi/src",
        "xtask/src",
    ] {
        crate::schema::collect(&root().join(dir), "rs", &mut files);
    }
    assert!(files.len() > 50);
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        let code = source.split("#[cfg(test)]").next().unwrap();
        for (n, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap();
            // Single letters are compared with each other; examples are data of the document.
            let cyrillic = line.chars().filter(|c| ('\u{400}'..='\u{4ff}').contains(c)).count();
            let is_text = (cyrillic > 2 && !line.contains("example = ")) || line.contains('№');
            assert!(!is_text, "{}:{}: {line}", file.display(), n + 1);
        }
    }
}
