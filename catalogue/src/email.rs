//! E-mail addresses: one rule for sign-up and forms (C31).

/// An address RFC 5321 and RFC 6531 let pass, without quoted local parts and address literals, which no mail
/// provider gives to people (C31).
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    text.len() <= 254 && is_local_part(local) && is_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    let allowed = |character: char| {
        character.is_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(character)
            || (!character.is_ascii() && !character.is_whitespace())
    };
    (1..=64).contains(&local.len())
        && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(allowed))
}

fn is_domain(domain: &str) -> bool {
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|character| character.is_alphanumeric() || is_mark(character) || character == '-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(label_fits)
        && last.chars().count() >= 2
        && !last.chars().all(|character| character.is_ascii_digit())
}

/// Combining marks are part of letters in domains of many scripts.
fn is_mark(character: char) -> bool {
    matches!(u32::from(character), 0x300..=0x36F | 0x900..=0xDFF)
}
