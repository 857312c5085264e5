//! Statements that stay prepared.
//!
//! diesel keeps a statement prepared on its connection when the type of the query says that its text is always the
//! same. Of updates, of literal SQL and of inserts of several rows it cannot know, so it has the server parse and plan
//! them anew each time: a round trip more, and several times the work of running them. We do know: our queries have
//! few texts, none of them made from what people send. What is on a path that people wait for says so here.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A query that is prepared once per connection and text. Only for texts out of a small, fixed set: each is kept as
/// long as the connection.
#[derive(Debug, Clone, Copy)]
#[must_use = "queries do nothing until they are run"]
pub struct Prepared<Q>(Q);

/// Keeps `query` prepared.
pub fn prepared<Q>(query: Q) -> Prepared<Q> {
    Prepared(query)
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

/// The text itself is what the statement is found by.
impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}
