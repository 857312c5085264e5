//! Errors about items of a list, brought to where the items stand on the page.

use openapi::client::Error;

/// The server speaks of `/remarks/2/comment`; the page knows that remark by its own name. Turns the first into
/// `<name of item 2>/comment`, or into the bare name where `rest` is one the field stands for itself.
pub fn relocate(error: Error, list: &str, names: &[String]) -> Error {
    let Error::Problem(mut problem) = error else { return error };
    for finding in &mut problem.errors {
        if let Some(place) = place(&finding.pointer, list, names) {
            finding.pointer = place;
        }
    }
    Error::Problem(problem)
}

fn place(pointer: &str, list: &str, names: &[String]) -> Option<String> {
    let inside = pointer.strip_prefix(list)?.strip_prefix('/')?;
    let (number, rest) = inside.split_once('/').unwrap_or((inside, "comment"));
    let name = names.get(number.parse::<usize>().ok()?)?;
    Some(format!("{name}/{rest}"))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn items_are_found_by_their_number() {
        let names = ["/answers/address".to_owned(), "/documents/passport".to_owned()];
        let place = |pointer| place(pointer, "/remarks", &names);
        assert_eq!(place("/remarks/1/comment").as_deref(), Some("/documents/passport/comment"));
        assert_eq!(place("/remarks/0").as_deref(), Some("/answers/address/comment"));
        assert_eq!(place("/remarks/7/comment"), None);
        assert_eq!(place("/remarks"), None);
        assert_eq!(place("/other/0/comment"), None);
    }
}
