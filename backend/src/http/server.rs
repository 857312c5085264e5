//! The server: two doors (portal and desk) to the same API, each with its own bundle.

use std::future;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_files::{Files, NamedFile};
use actix_web::dev::{ServiceRequest, ServiceResponse, fn_service};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, HttpServer, Responder, get, web};
use diesel_async::RunQueryDsl;
use openapi::ErrorCode;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::SwaggerUi;

use super::door::{self, Door};
use super::method::Methods;
use super::{headers, method, problem};
use crate::app::App;
use crate::error::Error;
use crate::routes;

/// Serves on both doors until told to stop; open requests get 30 s to end.
///
/// # Errors
/// When a listener cannot be used.
pub fn start(
    app: &App,
    portal: TcpListener,
    desk: TcpListener,
    stop: &CancellationToken,
) -> anyhow::Result<Vec<JoinHandle<()>>> {
    let document = Arc::new(routes::document());
    let web = &app.config.web;
    let doors = [(Door::Portal, portal, web.portal_dir.clone()), (Door::Desk, desk, web.desk_dir.clone())];
    let mut tasks = Vec::new();
    for (door, listener, bundle) in doors {
        tasks.push(open(app.clone(), door, listener, bundle, Arc::clone(&document), stop.clone())?);
    }
    let relay = app.relay.clone();
    tasks.push(tokio::spawn(relay.run(app.clone(), stop.clone())));
    Ok(tasks)
}

fn open(
    app: App,
    door: Door,
    listener: TcpListener,
    bundle: PathBuf,
    document: Arc<OpenApi>,
    stop: CancellationToken,
) -> anyhow::Result<JoinHandle<()>> {
    let workers = app.config.listen.workers;
    let methods = Arc::new(Methods::of(&document));
    let server = HttpServer::new(move || {
        let known = Arc::clone(&methods);
        let app = app.on_this_thread();
        let (api, _) = ActixApp::new()
            .into_utoipa_app()
            .service(
                utoipa_actix_web::scope(openapi::BASE_PATH).configure(routes::routes).default_service(
                    web::to(move |request: HttpRequest| future::ready(known.refuse(&request))),
                ),
            )
            .split_for_parts();
        api.app_data(web::Data::new(app.clone()))
            .app_data(door)
            .app_data(web::PathConfig::default().error_handler(|_, _| Error::new(ErrorCode::NotFound).into()))
            .service(live)
            .service(ready)
            .service(web::redirect("/api/docs", "/api/docs/"))
            .service(SwaggerUi::new("/api/docs/{_:.*}").url("/api/openapi.json", (*document).clone()))
            .service(web::scope("/api").default_service(web::to(unknown)))
            .configure(|config| site(config, &bundle))
            .wrap(from_fn(method::head))
            .wrap(Compress::default())
            .wrap(from_fn(door::guard))
            .wrap(from_fn(problem::problems))
            // Outermost: refusals carry the headers too.
            .wrap(from_fn(headers::secure))
    })
    .workers(workers)
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(60))
    .shutdown_timeout(30)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    tokio::spawn(async move {
        stop.cancelled().await;
        handle.stop(true).await;
    });
    Ok(tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(error.cause = %error, "the server ended");
        }
    }))
}

/// The bundle: files by name, and its page for every path of the SPA.
fn site(config: &mut web::ServiceConfig, dir: &Path) {
    if dir.as_os_str().is_empty() {
        return;
    }
    let page = dir.join("index.html");
    let fallback = fn_service(move |request: ServiceRequest| {
        let page = page.clone();
        async move {
            let (request, _) = request.into_parts();
            let missing_file = request.path().starts_with("/assets/");
            let answer = match NamedFile::open(page) {
                Ok(file) if !missing_file => file.into_response(&request),
                _ => HttpResponse::NotFound().finish(),
            };
            Ok(ServiceResponse::new(request, answer))
        }
    });
    config.service(Files::new("/", dir).index_file("index.html").try_compressed().default_handler(fallback));
}

async fn unknown() -> Result<HttpResponse, Error> {
    Err(Error::not_found())
}

/// The process runs.
#[get("/health/live")]
async fn live() -> impl Responder {
    HttpResponse::Ok().body("ok")
}

/// The process can do its work: the database answers.
#[get("/health/ready")]
async fn ready(app: web::Data<App>) -> HttpResponse {
    let answer = async {
        let mut conn = app.db.read().await?;
        diesel::sql_query("select 1").execute(&mut conn).await?;
        Ok::<(), Error>(())
    };
    match answer.await {
        Ok(()) => HttpResponse::Ok().body("ready"),
        Err(_) => HttpResponse::ServiceUnavailable().body("the database does not answer"),
    }
}
