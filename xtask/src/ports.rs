//! Where everything listens in development.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};

/// Where everything listens, on the loopback only.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Ports {
    /// Port of the citizens' portal and the API
    #[arg(long, default_value_t = 8080)]
    pub portal_port: u16,
    /// Port of the officers' desk
    #[arg(long, default_value_t = 8081)]
    pub desk_port: u16,
    /// Port of the sandbox: bank, SMS, registers, and a page with all that was sent
    #[arg(long, default_value_t = 8090)]
    pub sandbox_port: u16,
    /// Port of the sandbox's mail server
    #[arg(long, default_value_t = 8025)]
    pub smtp_port: u16,
    /// Port where the API tells Prometheus its figures
    #[arg(long, default_value_t = 9464)]
    pub metrics_port: u16,
    /// Port where the worker tells its own
    #[arg(long, default_value_t = 9465)]
    pub worker_metrics_port: u16,
}

impl Ports {
    /// Fails with the port that somebody else has, and the option that names another.
    pub fn check_ports(&self) -> Result<()> {
        for (option, port) in [
            ("portal-port", self.portal_port),
            ("desk-port", self.desk_port),
            ("sandbox-port", self.sandbox_port),
            ("smtp-port", self.smtp_port),
            ("metrics-port", self.metrics_port),
            ("worker-metrics-port", self.worker_metrics_port),
        ] {
            if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                bail!(
                    "port {port} cannot be used ({error}).\n\
                     See who has it: ss -ltnp 'sport = :{port}'\n\
                     Or take another: --{option} {}",
                    port.wrapping_add(100)
                );
            }
        }
        Ok(())
    }

    /// The addresses for people.
    pub fn print_addresses(&self) {
        println!("  portal    http://localhost:{}", self.portal_port);
        println!("  desk      http://localhost:{}", self.desk_port);
        println!("  API       http://localhost:{}/api/docs", self.portal_port);
        println!(
            "  sandbox   http://localhost:{}   (letters, SMS and codes that were sent)",
            self.sandbox_port
        );
        println!(
            "  metrics   http://localhost:{}/metrics (API), http://localhost:{}/metrics (worker)",
            self.metrics_port, self.worker_metrics_port
        );
    }
}
