//! The rows of the feed and of what has been sent.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use futures_util::future::{try_join_all, try_join3};
use openapi::events::Subject;
use serde_json::Value;
use uuid::Uuid;

use super::news::News;
use crate::changes;
use crate::db::schema::{accounts, applications, deliveries, notifications};
use crate::db::{Conn, prepared};
use crate::error::Result;
use crate::jobs::{self, Job};

/// Tells a person something, in the caller's transaction: a row of the feed, a mail and an SMS where the kind is
/// worth them, and word to the open pages of the feed and the application.
///
/// # Errors
/// The database's.
pub async fn tell(
    conn: &Conn,
    account_id: Uuid,
    application_id: Option<Uuid>,
    news: &News<'_>,
) -> Result<()> {
    let notification_id = Uuid::now_v7();
    let (kind, data) = news.row()?;
    let mut shared = conn;
    let row = async {
        let inserted = diesel::insert_into(notifications::table).values((
            notifications::id.eq(notification_id),
            notifications::account_id.eq(account_id),
            notifications::application_id.eq(application_id),
            notifications::kind.eq(kind),
            notifications::data.eq(data),
        ));
        inserted.execute(&mut shared).await?;
        Ok(())
    };
    let mail = news.is_worth_a_mail().then_some(Job::NotifyByMail { notification_id });
    let sms = news.is_worth_an_sms().then_some(Job::NotifyBySms { notification_id });
    let jobs = [mail, sms].into_iter().flatten();
    let jobs = try_join_all(jobs.map(|job| async move { jobs::enqueue(conn, &job).await }));
    let mut pulses = vec![(Some(account_id), Subject::Notification, notification_id)];
    pulses.extend(application_id.map(|id| (Some(account_id), Subject::Application, id)));
    try_join3(row, jobs, changes::pulse_all(conn, &pulses)).await?;
    Ok(())
}

/// A notification with what its texts need.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub id: Uuid,
    pub application_id: Option<Uuid>,
    pub kind: String,
    pub data: Value,
    /// Of the application.
    pub service_version: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

/// A part of the feed, the language it is read in, and how many are unread in all.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing {
    pub language: String,
    pub unread: i64,
    pub rows: Vec<Row>,
}

/// One row of the answer below; the notification's columns are null when there is none.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = BigInt)]
    unread: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    application_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    data: Option<Value>,
    #[diesel(sql_type = Nullable<Integer>)]
    service_version: Option<i32>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    created_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    read_at: Option<DateTime<Utc>>,
}

impl Line {
    fn row(self) -> Option<Row> {
        Some(Row {
            id: self.id?,
            application_id: self.application_id,
            kind: self.kind?,
            data: self.data?,
            service_version: self.service_version,
            created_at: self.created_at?,
            read_at: self.read_at,
        })
    }
}

/// The feed before `before`, newest first, in one round trip.
pub(super) async fn list_for(
    mut conn: &Conn,
    account_id: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Listing> {
    let feed = diesel::sql_query(
        "select a.language, u.unread, n.id, n.application_id, n.kind, n.data, d.service_version, n.created_at, n.read_at \
         from accounts a \
         cross join lateral (select count(*) as unread from notifications \
           where account_id = a.id and read_at is null) u \
         left join lateral (select * from notifications where account_id = a.id \
           and ($2 is null or id < $2) order by id desc limit $3) n on true \
         left join applications d on d.id = n.application_id \
         where a.id = $1 order by n.id desc",
    )
    .bind::<SqlUuid, _>(account_id)
    .bind::<Nullable<SqlUuid>, _>(before)
    .bind::<BigInt, _>(limit);
    let lines: Vec<Line> = prepared(feed).load(&mut conn).await?;
    let mut listing = Listing::default();
    for line in lines {
        listing.language.clone_from(&line.language);
        listing.unread = line.unread;
        listing.rows.extend(line.row());
    }
    Ok(listing)
}

/// Marks as read what the person has up to and including this one; how many that were.
pub(super) async fn save_read(conn: &mut Conn, account_id: Uuid, up_to: Uuid) -> Result<usize> {
    let unread = notifications::table
        .filter(notifications::account_id.eq(account_id))
        .filter(notifications::id.le(up_to))
        .filter(notifications::read_at.is_null());
    Ok(diesel::update(unread).set(notifications::read_at.eq(diesel::dsl::now)).execute(conn).await?)
}

/// Marks as read what the person has about one application; the newest of those that were unread.
pub(super) async fn save_read_of(
    conn: &mut Conn,
    account_id: Uuid,
    application_id: Uuid,
) -> Result<Option<Uuid>> {
    let unread = notifications::table
        .filter(notifications::account_id.eq(account_id))
        .filter(notifications::application_id.eq(application_id))
        .filter(notifications::read_at.is_null());
    let read = diesel::update(unread).set(notifications::read_at.eq(diesel::dsl::now));
    Ok(read.returning(notifications::id).get_results(conn).await?.into_iter().max())
}

/// A notification on its way out.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Outgoing {
    pub application_id: Option<Uuid>,
    pub kind: String,
    pub data: Value,
    /// Of the application.
    pub service_version: Option<i32>,
    pub language: String,
    pub email: String,
    pub phone: String,
    pub given_name: String,
}

/// The notification, unless it is gone or has already left by this channel.
pub(super) async fn find_unsent(conn: &mut Conn, id: Uuid, channel: &str) -> Result<Option<Outgoing>> {
    let sent =
        deliveries::table.filter(deliveries::notification_id.eq(id)).filter(deliveries::channel.eq(channel));
    Ok(notifications::table
        .inner_join(accounts::table)
        .left_join(applications::table)
        .filter(notifications::id.eq(id))
        .filter(diesel::dsl::not(diesel::dsl::exists(sent)))
        .select((
            notifications::application_id,
            notifications::kind,
            notifications::data,
            applications::service_version.nullable(),
            accounts::language,
            accounts::email,
            accounts::phone,
            accounts::given_name,
        ))
        .first(conn)
        .await
        .optional()?)
}

/// What notifications told the same person of the same kind and application that have left by SMS within the last minute,
/// or were told before this one and have not left yet. After four days a job has given up, and says nothing any more.
pub(super) async fn list_said_by_sms(conn: &mut Conn, id: Uuid) -> Result<Vec<Value>> {
    #[derive(QueryableByName)]
    struct Said {
        #[diesel(sql_type = Jsonb)]
        data: Value,
    }
    // Of many only the first: the words of one application and kind hardly differ.
    let said = diesel::sql_query(
        "select o.data from notifications n \
         join notifications o on o.account_id = n.account_id and o.kind = n.kind and o.id <> n.id \
           and o.application_id is not distinct from n.application_id \
           and o.created_at > n.created_at - interval '4 days' \
         left join deliveries d on d.notification_id = o.id and d.channel = 'sms' \
         where n.id = $1 and case when d.notification_id is null then o.id < n.id \
           else d.provider_id is not null and d.sent_at > now() - interval '1 minute' end \
         order by o.id limit 20",
    )
    .bind::<SqlUuid, _>(id);
    let said: Vec<Said> = prepared(said).load(conn).await?;
    Ok(said.into_iter().map(|said| said.data).collect())
}

/// Records that a notification has left the house, under the provider's id, or why it never will.
pub(super) async fn insert_delivery(
    conn: &mut Conn,
    id: Uuid,
    channel: &str,
    became: std::result::Result<&str, &str>,
) -> Result<()> {
    diesel::insert_into(deliveries::table)
        .values((
            deliveries::notification_id.eq(id),
            deliveries::channel.eq(channel),
            deliveries::provider_id.eq(became.ok()),
            deliveries::refusal.eq(became.err()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}
