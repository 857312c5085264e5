//! How long a server that is only busy is waited for before it is asked again without the person's doing.

use openapi::client::Error;

/// Seconds before the next try where the server has not said, and the longest it is waited for.
const PAUSE: u32 = 2;
const LONGEST: u32 = 60;
/// How often it is asked again.
const TRIES: u32 = 8;

/// Seconds until the same request is made again by itself, after `tries` such pauses: when the server is only busy, for
/// not too long and not for ever.
#[must_use]
pub fn pause(error: &Error, tries: u32) -> Option<u32> {
    let problem = error.problem().filter(|problem| matches!(problem.status, 429 | 503))?;
    let seconds = problem.retry_after.unwrap_or(PAUSE).max(1);
    (tries < TRIES && seconds <= LONGEST).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use openapi::ErrorCode;

    use super::*;

    fn refusal(code: ErrorCode, retry_after: Option<u32>) -> Error {
        Error::Problem(Box::new(openapi::Problem {
            kind: String::new(),
            title: String::new(),
            status: code.status(),
            detail: None,
            code,
            trace_id: String::new(),
            errors: Vec::new(),
            retry_after,
        }))
    }

    #[test]
    fn only_a_busy_server_is_asked_again() {
        assert_eq!(pause(&refusal(ErrorCode::Busy, Some(5)), 0), Some(5));
        assert_eq!(pause(&refusal(ErrorCode::Busy, None), 0), Some(PAUSE));
        assert_eq!(pause(&refusal(ErrorCode::TooManyRequests, Some(3)), TRIES - 1), Some(3));
        assert_eq!(pause(&refusal(ErrorCode::Busy, Some(5)), TRIES), None, "not for ever");
        assert_eq!(pause(&refusal(ErrorCode::TooManyRequests, Some(3_600)), 0), None, "not for an hour");
        assert_eq!(pause(&refusal(ErrorCode::Invalid, None), 0), None);
        assert_eq!(pause(&Error::Network(String::new()), 0), None);
    }
}
