//! Three-way merge of answers: what only one side has changed since both had the same stands by itself; what both
//! have changed differently is the person's to choose.

use catalogue::answers::Answers;

/// The answers of both sides together.
#[derive(Debug, PartialEq)]
pub struct Merged {
    /// With the other side's answers where they are disputed.
    pub answers: Answers,
    /// Fields that both sides have changed, each differently.
    pub disputed: Vec<String>,
}

/// Puts `ours` and `theirs` together, both grown from `base`.
#[must_use]
pub fn merge(base: &Answers, ours: &Answers, theirs: &Answers) -> Merged {
    let mut merged = Merged { answers: theirs.clone(), disputed: Vec::new() };
    let added = ours.keys().filter(|field| !base.contains_key(field.as_str()));
    for field in base.keys().chain(added) {
        let (was, own, other) = (base.get(field), ours.get(field), theirs.get(field));
        if own == was || own == other {
            continue;
        }
        if other == was {
            put(&mut merged.answers, field, ours);
        } else {
            merged.disputed.push(field.clone());
        }
    }
    merged
}

/// Sets `field` as it is in `from`: an answer, or none.
pub fn put(answers: &mut Answers, field: &str, from: &Answers) {
    match from.get(field) {
        Some(answer) => answers.insert(field.to_owned(), answer.clone()),
        None => answers.remove(field),
    };
}

/// The version that `known` is followed by without a gap in `ahead`, of which only what lies beyond a gap is left.
#[must_use]
pub fn follow(known: i32, ahead: &mut Vec<i32>) -> i32 {
    let mut newest = known;
    while ahead.contains(&newest.saturating_add(1)) {
        newest = newest.saturating_add(1);
    }
    ahead.retain(|version| *version > newest);
    newest
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        pairs.iter().map(|(field, answer)| ((*field).to_owned(), json!(answer))).collect()
    }

    #[test]
    fn only_what_both_have_changed_is_disputed() {
        let base = answers(&[("own", "1"), ("other", "1"), ("both", "1"), ("same", "1"), ("none", "1")]);
        let ours = answers(&[("own", "2"), ("other", "1"), ("both", "2"), ("same", "3"), ("none", "1")]);
        let theirs = answers(&[("own", "1"), ("other", "2"), ("both", "3"), ("same", "3"), ("none", "1")]);
        let merged = merge(&base, &ours, &theirs);
        assert_eq!(merged.disputed, ["both"]);
        let expected = [("own", "2"), ("other", "2"), ("both", "3"), ("same", "3"), ("none", "1")];
        assert_eq!(merged.answers, answers(&expected));
    }

    #[test]
    fn what_has_been_added_or_taken_out_counts_as_changed() {
        let base = answers(&[("taken", "1"), ("argued", "1")]);
        let ours = answers(&[("added", "1")]);
        let theirs = answers(&[("taken", "1"), ("argued", "2"), ("elsewhere", "1")]);
        let merged = merge(&base, &ours, &theirs);
        assert_eq!(merged.disputed, ["argued"]);
        let expected = [("added", "1"), ("argued", "2"), ("elsewhere", "1")];
        assert_eq!(merged.answers, answers(&expected));
    }

    #[test]
    fn a_version_that_hides_another_is_not_taken_over() {
        let mut ahead = vec![7];
        assert_eq!(follow(5, &mut ahead), 5, "somebody else has made the sixth");
        ahead.push(6);
        assert_eq!((follow(5, &mut ahead), ahead.len()), (7, 0), "two files whose answers came out of turn");
        assert_eq!(follow(9, &mut vec![7, 8]), 9);
    }

    #[test]
    fn nothing_of_ours_leaves_theirs() {
        let (base, theirs) = (answers(&[("field", "1")]), answers(&[("field", "2")]));
        assert_eq!(merge(&base, &base, &theirs), Merged { answers: theirs, disputed: Vec::new() });
    }
}
