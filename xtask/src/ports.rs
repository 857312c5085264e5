//! Where everything listens in development.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Result, bail};

/// What is proposed where there is no room above.
const FREE: u16 = 18_080;

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
    /// Fails with the port that somebody else has, or that is asked for twice, and the option that names another.
    pub fn check(&self) -> Result<()> {
        // Each is held until all are: two of the same number are found too.
        let mut held = Vec::new();
        for (option, port) in [
            ("portal-port", self.portal_port),
            ("desk-port", self.desk_port),
            ("sandbox-port", self.sandbox_port),
            ("smtp-port", self.smtp_port),
            ("metrics-port", self.metrics_port),
            ("worker-metrics-port", self.worker_metrics_port),
        ] {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(listener) => held.push(listener),
                Err(error) => bail!(
                    "port {port} cannot be used ({error}).\n\
                     See who has it: ss -ltnp 'sport = :{port}'\n\
                     Or take another: --{option} {}",
                    // Not into the ports that need rights.
                    port.checked_add(100).unwrap_or(FREE)
                ),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Six ports nobody has.
    fn free() -> [u16; 6] {
        let held = [(); 6].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        held.map(|listener| listener.local_addr().unwrap().port())
    }

    fn ports([portal, desk, sandbox, smtp, metrics, worker]: [u16; 6]) -> Ports {
        Ports {
            portal_port: portal,
            desk_port: desk,
            sandbox_port: sandbox,
            smtp_port: smtp,
            metrics_port: metrics,
            worker_metrics_port: worker,
        }
    }

    #[test]
    fn free_ports_will_do_and_are_free_again_afterwards() {
        let ports = ports(free());
        ports.check().unwrap();
        ports.check().unwrap();
    }

    #[test]
    fn names_the_port_that_somebody_has_and_the_option_for_another() {
        let options =
            ["portal-port", "desk-port", "sandbox-port", "smtp-port", "metrics-port", "worker-metrics-port"];
        for (at, option) in options.iter().enumerate() {
            let numbers = free();
            let _somebody = TcpListener::bind((Ipv4Addr::LOCALHOST, numbers[at])).unwrap();
            let refused = ports(numbers).check().unwrap_err().to_string();
            assert!(refused.starts_with(&format!("port {} cannot be used", numbers[at])), "{refused}");
            assert!(refused.contains(&format!("take another: --{option} ")), "{refused}");
        }
    }

    #[test]
    fn one_number_does_not_serve_two() {
        let mut numbers = free();
        numbers[1] = numbers[0];
        let refused = ports(numbers).check().unwrap_err().to_string();
        assert!(refused.contains("--desk-port"), "{refused}");
    }
}
