//! The graph of states: which event leads from where to where. Code moves cases along these edges only, and the
//! auditor walks the same table.

use openapi::applications::State;

/// What may stand in the history of a case (CS-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseEvent {
    Submitted,
    ChargeFormed,
    Paid,
    Checked,
    CheckPending,
    Taken,
    Released,
    CorrectionRequested,
    Amending,
    Resubmitted,
    ReplyExpired,
    Approved,
    ResultConfirmed,
    Refused,
    Revoked,
    Replaced,
    Withdrawn,
    Overdue,
    MessageReceived,
    MessageSent,
}

impl CaseEvent {
    pub const ALL: &[Self] = &[
        Self::Submitted,
        Self::ChargeFormed,
        Self::Paid,
        Self::Checked,
        Self::CheckPending,
        Self::Taken,
        Self::Released,
        Self::CorrectionRequested,
        Self::Amending,
        Self::Resubmitted,
        Self::ReplyExpired,
        Self::Approved,
        Self::ResultConfirmed,
        Self::Refused,
        Self::Revoked,
        Self::Replaced,
        Self::Withdrawn,
        Self::Overdue,
        Self::MessageReceived,
        Self::MessageSent,
    ];

    /// As it stands in the history and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::ChargeFormed => "charge_formed",
            Self::Paid => "paid",
            Self::Checked => "checked",
            Self::CheckPending => "check_pending",
            Self::Taken => "taken",
            Self::Released => "released",
            Self::CorrectionRequested => "correction_requested",
            Self::Amending => "amending",
            Self::Resubmitted => "resubmitted",
            Self::ReplyExpired => "reply_expired",
            Self::Approved => "approved",
            Self::ResultConfirmed => "result_confirmed",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
            Self::Replaced => "replaced",
            Self::Withdrawn => "withdrawn",
            Self::Overdue => "overdue",
            Self::MessageReceived => "message_received",
            Self::MessageSent => "message_sent",
        }
    }

    /// The event of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.as_str() == name)
    }
}

/// `event` leads from `from` to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    pub from: State,
    pub event: CaseEvent,
    pub to: State,
}

const fn edge(from: State, event: CaseEvent, to: State) -> Edge {
    Edge { from, event, to }
}

/// Every step a case can take.
pub const EDGES: &[Edge] = &[
    edge(State::Draft, CaseEvent::Submitted, State::AutoChecking),
    edge(State::Draft, CaseEvent::Submitted, State::AwaitingPayment),
    edge(State::AwaitingPayment, CaseEvent::ChargeFormed, State::AwaitingPayment),
    edge(State::AwaitingPayment, CaseEvent::Paid, State::AutoChecking),
    edge(State::AwaitingPayment, CaseEvent::Withdrawn, State::Withdrawn),
    edge(State::AutoChecking, CaseEvent::Checked, State::InReview),
    edge(State::AutoChecking, CaseEvent::CheckPending, State::InReview),
    edge(State::AutoChecking, CaseEvent::Released, State::AutoChecking),
    edge(State::AutoChecking, CaseEvent::Amending, State::Amending),
    edge(State::AutoChecking, CaseEvent::Withdrawn, State::Withdrawn),
    edge(State::AutoChecking, CaseEvent::Overdue, State::AutoChecking),
    edge(State::InReview, CaseEvent::Checked, State::InReview),
    edge(State::InReview, CaseEvent::Taken, State::InReview),
    edge(State::InReview, CaseEvent::Released, State::InReview),
    edge(State::InReview, CaseEvent::CorrectionRequested, State::ReturnedForFix),
    edge(State::InReview, CaseEvent::Amending, State::Amending),
    edge(State::InReview, CaseEvent::Approved, State::Approved),
    edge(State::InReview, CaseEvent::Refused, State::Refused),
    edge(State::InReview, CaseEvent::Withdrawn, State::Withdrawn),
    edge(State::InReview, CaseEvent::Overdue, State::InReview),
    edge(State::ReturnedForFix, CaseEvent::Released, State::ReturnedForFix),
    edge(State::ReturnedForFix, CaseEvent::Resubmitted, State::AutoChecking),
    edge(State::ReturnedForFix, CaseEvent::ReplyExpired, State::InReview),
    edge(State::ReturnedForFix, CaseEvent::Withdrawn, State::Withdrawn),
    edge(State::Amending, CaseEvent::Released, State::Amending),
    edge(State::Amending, CaseEvent::Resubmitted, State::AutoChecking),
    edge(State::Amending, CaseEvent::ReplyExpired, State::InReview),
    edge(State::Amending, CaseEvent::Withdrawn, State::Withdrawn),
    edge(State::Approved, CaseEvent::ResultConfirmed, State::Completed),
    edge(State::Approved, CaseEvent::Revoked, State::Approved),
    edge(State::Approved, CaseEvent::Replaced, State::Approved),
    edge(State::Completed, CaseEvent::Revoked, State::Completed),
    edge(State::Completed, CaseEvent::Replaced, State::Completed),
    // People may write as soon as they have filed; an officer can have a case once it has been in review. Closed cases
    // take no message any more (`messages`), but a history that has one is whole.
    edge(State::AwaitingPayment, CaseEvent::MessageReceived, State::AwaitingPayment),
    edge(State::AutoChecking, CaseEvent::MessageReceived, State::AutoChecking),
    edge(State::AutoChecking, CaseEvent::MessageSent, State::AutoChecking),
    edge(State::InReview, CaseEvent::MessageReceived, State::InReview),
    edge(State::InReview, CaseEvent::MessageSent, State::InReview),
    edge(State::ReturnedForFix, CaseEvent::MessageReceived, State::ReturnedForFix),
    edge(State::ReturnedForFix, CaseEvent::MessageSent, State::ReturnedForFix),
    edge(State::Amending, CaseEvent::MessageReceived, State::Amending),
    edge(State::Amending, CaseEvent::MessageSent, State::Amending),
    edge(State::Approved, CaseEvent::MessageReceived, State::Approved),
    edge(State::Approved, CaseEvent::MessageSent, State::Approved),
    edge(State::Completed, CaseEvent::MessageReceived, State::Completed),
    edge(State::Completed, CaseEvent::MessageSent, State::Completed),
    edge(State::Refused, CaseEvent::MessageReceived, State::Refused),
    edge(State::Refused, CaseEvent::MessageSent, State::Refused),
    edge(State::Withdrawn, CaseEvent::MessageReceived, State::Withdrawn),
    edge(State::Withdrawn, CaseEvent::MessageSent, State::Withdrawn),
];

/// Whether `event` can happen in `from`.
#[must_use]
pub fn can(from: State, event: CaseEvent) -> bool {
    EDGES.iter().any(|edge| edge.from == from && edge.event == event)
}

/// The states in which `event` can happen, as they stand in the database.
#[must_use]
pub fn sources(event: CaseEvent) -> Vec<&'static str> {
    let mut from: Vec<_> =
        EDGES.iter().filter(|edge| edge.event == event).map(|edge| edge.from.as_str()).collect();
    from.dedup();
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_its_own_name_and_a_place() {
        for event in CaseEvent::ALL {
            assert_eq!(CaseEvent::parse(event.as_str()), Some(*event));
            assert!(EDGES.iter().any(|edge| edge.event == *event), "{event:?}");
        }
        assert_eq!(CaseEvent::parse("sold"), None);
    }

    #[test]
    fn every_state_is_reached_from_a_draft_and_no_edge_stands_twice() {
        let mut reached = vec![State::Draft];
        for _ in State::ALL {
            let next: Vec<State> = EDGES
                .iter()
                .filter(|edge| reached.contains(&edge.from) && !reached.contains(&edge.to))
                .map(|edge| edge.to)
                .collect();
            reached.extend(next);
        }
        assert!(State::ALL.iter().all(|state| reached.contains(state)));
        for (i, edge) in EDGES.iter().enumerate() {
            assert!(!EDGES.iter().skip(i + 1).any(|other| other == edge), "{edge:?}");
        }
    }

    #[test]
    fn decided_and_withdrawn_cases_never_move_again_but_to_be_completed() {
        for state in [State::Approved, State::Completed, State::Refused, State::Withdrawn] {
            let left: Vec<&Edge> =
                EDGES.iter().filter(|edge| edge.from == state && edge.to != state).collect();
            let confirmed = edge(State::Approved, CaseEvent::ResultConfirmed, State::Completed);
            assert!(left.iter().all(|edge| **edge == confirmed), "{left:?}");
        }
    }

    #[test]
    fn only_cases_in_review_are_decided() {
        assert_eq!(sources(CaseEvent::Approved), ["in_review"]);
        assert_eq!(sources(CaseEvent::Refused), ["in_review"]);
        assert!(!can(State::Draft, CaseEvent::Withdrawn));
        assert_eq!(
            sources(CaseEvent::Withdrawn),
            ["awaiting_payment", "auto_checking", "in_review", "returned_for_fix", "amending"]
        );
    }

    #[test]
    fn what_an_applicant_has_back_is_sent_again_runs_out_or_is_withdrawn() {
        for state in State::ALL.iter().filter(|state| state.is_handed_back()) {
            let leads = |event| {
                let edge = EDGES.iter().find(|edge| edge.from == *state && edge.event == event);
                edge.map(|edge| edge.to)
            };
            assert_eq!(leads(CaseEvent::Resubmitted), Some(State::AutoChecking), "{state:?}");
            assert_eq!(leads(CaseEvent::ReplyExpired), Some(State::InReview), "{state:?}");
            assert_eq!(leads(CaseEvent::Withdrawn), Some(State::Withdrawn), "{state:?}");
            assert!(!can(*state, CaseEvent::Checked) && !can(*state, CaseEvent::Overdue), "{state:?}");
        }
        // Whoever is asked to mend named places does not open all of them.
        assert_eq!(sources(CaseEvent::Amending), ["auto_checking", "in_review"]);
    }
}
