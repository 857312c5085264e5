//! The sandbox as a program of its own.

use std::net::SocketAddr;

use clap::Parser;
use sandbox::{Config, Credentials, Sandbox};
use tokio::signal::unix::{SignalKind, signal};

/// The outside world on one port: bank, SMS, mail and registers.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Where HTTP is served.
    #[arg(long, env = "SANDBOX_LISTEN", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Where SMTP is served.
    #[arg(long, env = "SANDBOX_SMTP", default_value = "127.0.0.1:8025")]
    smtp: SocketAddr,
    /// Where the bank posts its notifications.
    #[arg(long, env = "SANDBOX_WEBHOOK_URL")]
    webhook_url: Option<String>,
    /// How a payer's browser reaches this program [default: http://{listen}].
    #[arg(long, env = "SANDBOX_PUBLIC_URL")]
    public_url: Option<String>,
    /// The bank's shop number.
    #[arg(long, env = "SANDBOX_SHOP_ID", default_value_t = Credentials::default().shop_id)]
    shop_id: String,
    /// The bank's secret key.
    #[arg(long, env = "SANDBOX_SHOP_KEY", default_value_t = Credentials::default().shop_key)]
    shop_key: String,
    /// The SMS gateway's login.
    #[arg(long, env = "SANDBOX_SMS_LOGIN", default_value_t = Credentials::default().sms_login)]
    sms_login: String,
    /// The SMS gateway's password.
    #[arg(long, env = "SANDBOX_SMS_PASSWORD", default_value_t = Credentials::default().sms_password)]
    sms_password: String,
    /// The SMS gateway's key.
    #[arg(long, env = "SANDBOX_SMS_KEY", default_value_t = Credentials::default().sms_key)]
    sms_key: String,
    /// The bearer key of the registers.
    #[arg(long, env = "SANDBOX_REGISTRY_KEY", default_value_t = Credentials::default().registry_key)]
    registry_key: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,actix_server=warn,actix_http=off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();

    let options = Options::parse();
    let running = Sandbox::start(Config {
        listen: options.listen,
        smtp: options.smtp,
        webhook_url: options.webhook_url,
        public_url: options.public_url,
        credentials: Credentials {
            shop_id: options.shop_id,
            shop_key: options.shop_key,
            sms_login: options.sms_login,
            sms_password: options.sms_password,
            sms_key: options.sms_key,
            registry_key: options.registry_key,
        },
    })
    .await?;
    tracing::info!(http = %running.http_addr, smtp = %running.smtp_addr, "sandbox.ready");

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    running.stop().await;
    Ok(())
}
