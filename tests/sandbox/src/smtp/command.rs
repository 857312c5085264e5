//! The commands of SMTP, read from one line.

/// A command of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Ehlo,
    Helo,
    /// `AUTH mechanism [initial response]`.
    Auth {
        mechanism: String,
        initial: bool,
    },
    /// The sender (empty for a bounce) and the size it announces.
    Mail {
        from: String,
        size: Option<usize>,
    },
    Rcpt(String),
    Data,
    Rset,
    Noop,
    Vrfy,
    Quit,
    /// A known word with arguments that cannot be read.
    Malformed,
    Unknown,
}

impl Command {
    pub(crate) fn read(line: &str) -> Self {
        let line = line.trim_end();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => Self::Ehlo,
            "HELO" => Self::Helo,
            "AUTH" => {
                let mut words = rest.split_whitespace();
                let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
                Self::Auth { mechanism, initial: words.next().is_some() }
            }
            "MAIL" => path(rest, "FROM:").map_or(Self::Malformed, |(from, parameters)| Self::Mail {
                from,
                size: parameters
                    .split_whitespace()
                    .find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok()),
            }),
            "RCPT" => match path(rest, "TO:") {
                Some((to, _)) if !to.is_empty() => Self::Rcpt(to),
                _ => Self::Malformed,
            },
            "DATA" => Self::Data,
            "RSET" => Self::Rset,
            "NOOP" => Self::Noop,
            "VRFY" => Self::Vrfy,
            "QUIT" => Self::Quit,
            _ => Self::Unknown,
        }
    }
}

/// `FROM:<address> parameters` without its keyword.
fn path<'a>(text: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let (head, tail) = text.split_at_checked(keyword.len())?;
    if !head.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let (address, parameters) = tail.trim_start().strip_prefix('<')?.split_once('>')?;
    Some((address.to_owned(), parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_in_any_case_with_their_parameters() {
        let mail = |from: &str, size| Command::Mail { from: from.into(), size };
        for (line, command) in [
            ("ehlo localhost", Command::Ehlo),
            ("MAIL FROM:<a@example.test> SIZE=12 BODY=8BITMIME", mail("a@example.test", Some(12))),
            ("mail from: <>", mail("", None)),
            ("RCPT TO:<b@example.test>", Command::Rcpt("b@example.test".into())),
            ("RCPT TO:<>", Command::Malformed),
            ("MAIL a@example.test", Command::Malformed),
            ("AUTH plain AGEAYg==", Command::Auth { mechanism: "PLAIN".into(), initial: true }),
            ("STARTTLS", Command::Unknown),
        ] {
            assert_eq!(Command::read(line), command, "{line}");
        }
    }
}
