//! The name a file was sent under: shown to people, never a path.

use unicode_normalization::UnicodeNormalization;

/// Longest name kept, characters.
const LONGEST: usize = 200;

/// The last part of a path, composed, without control, formatting and private characters, at most 200 characters
/// long with its extension kept. Nothing left: `None`.
pub(super) fn clean(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String =
        last.nfc().filter(|c| !catalogue::text::is_forbidden(*c) && !c.is_control()).collect();
    let clean = clean.trim().trim_start_matches('.');
    if clean.is_empty() {
        return None;
    }
    let length = clean.chars().count();
    if length <= LONGEST {
        return Some(clean.to_owned());
    }
    let extension =
        clean.rsplit_once('.').map(|(_, extension)| extension).filter(|text| text.chars().count() <= 10);
    let tail = extension.map_or_else(String::new, |extension| format!(".{extension}"));
    let head: String = clean.chars().take(LONGEST - tail.chars().count()).collect();
    Some(head + &tail)
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn names_lose_their_path_and_what_cannot_be_seen() {
        for (given, kept) in [
            ("паспорт.jpg", Some("паспорт.jpg")),
            ("../../etc/passwd", Some("passwd")),
            (r"C:\Scans\page 1.pdf", Some("page 1.pdf")),
            ("evil\u{202E}gpj.exe", Some("evilgpj.exe")),
            ("a\0b\n.png", Some("ab.png")),
            ("е\u{0308}лка.png", Some("ёлка.png")),
            ("..", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(clean(given).as_deref(), kept, "{given:?}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = clean(&format!("{}.jpeg", "я".repeat(500))).unwrap();
        assert_eq!(name.chars().count(), 200);
        assert!(name.ends_with("я.jpeg"));
    }
}
