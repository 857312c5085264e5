//! Sessions and the rotation of their refresh tokens.

use openapi::ErrorCode;
use openapi::accounts::AccountPatch;
use openapi::client::Client;
use tests::TestApp;

fn with_cookie_of(app: &TestApp, cookie: Option<String>) -> Client {
    let client = app.anonymous();
    client.set_refresh_cookie(cookie);
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_used_once_and_theft_ends_the_session() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let stolen = citizen.client.refresh_cookie();
    citizen.client.refresh_session().await.unwrap();
    let successor = citizen.client.refresh_cookie();
    assert_ne!(stolen, successor);
    // Two tabs at once: the same successor.
    let tab = with_cookie_of(&app, stolen.clone());
    tab.refresh_session().await.unwrap();
    assert_eq!(tab.refresh_cookie(), successor);
    // Later it is theft: the family ends, for the thief and for the owner.
    app.sql("update refresh_tokens set used_at = used_at - interval '11 seconds' where used_at is not null")
        .await;
    let thief = with_cookie_of(&app, stolen);
    assert_eq!(thief.refresh_session().await.unwrap_err().code(), Some(ErrorCode::Unauthenticated));
    let owner = citizen.client.refresh_session().await.unwrap_err();
    assert_eq!(owner.code(), Some(ErrorCode::Unauthenticated));
}

/// Tabs that renew at the same moment, without a lock between them, go on with the same token.
#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_renew_at_once_get_the_same_successor() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let shared = citizen.client.refresh_cookie();
    let tabs: Vec<_> = (0..8)
        .map(|_| {
            let tab = with_cookie_of(&app, shared.clone());
            tokio::spawn(async move { tab.refresh_session().await.map(|_| tab.refresh_cookie()) })
        })
        .collect();
    let mut successors = Vec::new();
    for tab in tabs {
        successors.push(tab.await.unwrap().unwrap());
    }
    successors.dedup();
    assert_eq!(successors.len(), 1, "one successor for all");
    assert_ne!(successors[0], shared);
    // One tab is a renewal behind the others: it is led to the newest token, not back to a used one.
    let ahead = with_cookie_of(&app, successors[0].clone());
    ahead.refresh_session().await.unwrap();
    let behind = with_cookie_of(&app, shared.clone());
    behind.refresh_session().await.unwrap();
    assert_eq!(behind.refresh_cookie(), ahead.refresh_cookie());
    // After the grace the first token is a stolen one.
    app.sql("update refresh_tokens set used_at = used_at - interval '11 seconds' where used_at is not null")
        .await;
    let thief = with_cookie_of(&app, shared);
    assert_eq!(thief.refresh_session().await.unwrap_err().code(), Some(ErrorCode::Unauthenticated));
    assert_eq!(ahead.refresh_session().await.unwrap_err().code(), Some(ErrorCode::Unauthenticated));
}

/// A session nobody uses ends after half an hour, one in use after half a day, whatever the pages do.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_when_idle_and_in_the_end() {
    let app = TestApp::start().await;
    let left = "select ceil(extract(epoch from min(expires_at) - now()) / 60)::bigint as n from sessions";
    let citizen = app.citizen().await;
    assert!((29..=30).contains(&app.number(left).await), "{}", app.number(left).await);
    app.sql("update sessions set expires_at = now() + interval '1 minute'").await;
    citizen.client.refresh_session().await.unwrap();
    assert!((29..=30).contains(&app.number(left).await), "renewing counts as use");
    app.sql("update sessions set created_at = now() - interval '11 hours 50 minutes'").await;
    citizen.client.refresh_session().await.unwrap();
    assert!((9..=10).contains(&app.number(left).await), "the end of the whole comes first");
    app.sql("update sessions set expires_at = now() - interval '1 second'").await;
    let cookie = citizen.client.refresh_cookie();
    let body = AccountPatch { language: "en".into() };
    let write = citizen.client.update_account(citizen.account.version, &body).await.unwrap_err();
    assert_eq!(write.code(), Some(ErrorCode::Unauthenticated), "nothing is written, and nothing renewed");
    let late = with_cookie_of(&app, cookie).refresh_session().await.unwrap_err();
    assert_eq!(late.code(), Some(ErrorCode::Unauthenticated));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_session_writes_nothing_more() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let session =
        citizen.client.list_sessions().await.unwrap().into_iter().find(|session| session.current).unwrap();
    citizen.client.revoke_session(session.id).await.unwrap();
    let body = AccountPatch { language: "en".into() };
    let refusal = citizen.client.update_account(citizen.account.version, &body).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::Unauthenticated));
    // Somebody else's session is not there.
    let other = app.citizen().await;
    let refusal = other.client.revoke_session(session.id).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::NotFound));
}

/// A page of another site cannot use the cookie.
#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_refused_from_other_places() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let cookie = citizen.client.refresh_cookie().unwrap();
    let refresh = |origin: &str, header: &str| {
        let request =
            app.http().post(format!("{}/api/v1/sessions/refresh", app.portal)).header("Cookie", &cookie);
        request.header("Origin", origin).header("X-Requested-With", header).send()
    };
    assert_eq!(refresh("https://evil.example", "prichal").await.unwrap().status(), 403);
    assert_eq!(refresh(&app.portal, "other").await.unwrap().status(), 403);
    let answer = refresh(&app.portal, "prichal").await.unwrap();
    assert_eq!(answer.status(), 200);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    for part in ["__Host-rt=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{part} in the cookie");
    }
    assert!(!cookie.contains("Domain"));
    // The cookie opens nothing but the two operations.
    let other = app
        .http()
        .get(format!("{}/api/v1/account", app.portal))
        .header("Cookie", cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(other.status(), 401);
}
