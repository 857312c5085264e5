//! One instance's memory, shared by its servers and handed to tests.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use serde_json::Value;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use crate::bank::Bank;
use crate::bank::webhooks::{Delivery, Notification};
use crate::config::{Config, Credentials};
use crate::faults::{Fault, Faults, Kind, Target};
use crate::pages::Pages;
use crate::registries::Registries;
use crate::shelf::{lock, push_bounded};
use crate::sms::{Gateway, Sms};
use crate::smtp::message::Mail;

/// How many mails, SMS and webhook deliveries are remembered.
pub(crate) const REMEMBERED: usize = 1_000;

/// Everything one sandbox knows.
#[derive(Debug)]
pub struct World {
    pub(crate) credentials: Credentials,
    /// Posts webhooks.
    pub(crate) http: reqwest::Client,
    pub(crate) pages: Pages,
    pub(crate) registries: Registries,
    pub(crate) bank: Mutex<Bank>,
    pub(crate) gateway: Mutex<Gateway>,
    /// Rings whenever a mail or an SMS has come in.
    pub(crate) arrived: Notify,
    /// Grows whenever the inbox page would look different, payments aside.
    revision: AtomicU64,
    mails: Mutex<Mailbox>,
    faults: Mutex<Faults>,
    webhook_url: Mutex<Option<String>>,
    deliveries: Mutex<VecDeque<Delivery>>,
}

#[derive(Debug, Default)]
struct Mailbox {
    last_id: u64,
    mails: VecDeque<Mail>,
}

impl World {
    pub(crate) fn new(
        config: &Config,
        public_url: &str,
        notify: UnboundedSender<Notification>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            credentials: config.credentials.clone(),
            bank: Mutex::new(
                Bank::new(&config.credentials.shop_id, public_url, notify).context("data/bank.json")?,
            ),
            http: crate::bank::webhooks::client()?,
            pages: Pages::load().context("templates and locales")?,
            registries: Registries::load().context("data/registries.json")?,
            gateway: Mutex::new(Gateway::load().context("data/sms.json")?),
            arrived: Notify::new(),
            revision: AtomicU64::new(0),
            mails: Mutex::default(),
            faults: Mutex::default(),
            webhook_url: Mutex::new(config.webhook_url.clone()),
            deliveries: Mutex::default(),
        })
    }

    /// Mails to this address (any when empty), oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        let wanted = |mail: &&Mail| {
            address.is_empty() || mail.envelope_to.iter().any(|to| to.eq_ignore_ascii_case(address))
        };
        lock(&self.mails).mails.iter().filter(wanted).cloned().collect()
    }

    /// SMS to this phone (any when empty; only digits are compared), oldest first.
    pub fn sms_to(&self, phone: &str) -> Vec<Sms> {
        lock(&self.gateway).sent_to(phone)
    }

    /// All payments as the bank would tell them, oldest first.
    pub fn payments(&self) -> Vec<Value> {
        let bank = lock(&self.bank);
        bank.payments.iter().filter_map(|payment| serde_json::to_value(payment).ok()).collect()
    }

    /// Adds a fault and answers it with its id; `None` if its target does not know its kind.
    pub fn add_fault(&self, fault: Fault) -> Option<Fault> {
        self.touched();
        lock(&self.faults).add(fault)
    }

    /// The faults that hold.
    pub fn faults(&self) -> Vec<Fault> {
        lock(&self.faults).list().to_vec()
    }

    /// Everything works again.
    pub fn clear_faults(&self) {
        lock(&self.faults).clear();
        self.touched();
    }

    /// Every attempt to deliver a webhook, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.deliveries).iter().cloned().collect()
    }

    /// A text that differs whenever the inbox page would look different.
    pub(crate) fn version(&self) -> String {
        format!("{}.{}", self.revision.load(Ordering::Relaxed), lock(&self.bank).revision)
    }

    /// Something people or tests may be waiting for has happened.
    pub(crate) fn touched(&self) {
        self.revision.fetch_add(1, Ordering::Relaxed);
        self.arrived.notify_waiters();
    }

    pub(crate) fn take_fault(&self, target: Target, kind: Kind, call: Option<(&str, &str)>) -> Option<Fault> {
        lock(&self.faults).take(target, kind, call)
    }

    pub(crate) fn webhook_url(&self) -> Option<String> {
        lock(&self.webhook_url).clone()
    }

    pub(crate) fn set_webhook_url(&self, url: Option<String>) {
        *lock(&self.webhook_url) = url;
    }

    pub(crate) fn log_delivery(&self, delivery: Delivery) {
        push_bounded(&mut lock(&self.deliveries), REMEMBERED, delivery);
    }

    pub(crate) fn keep_mail(&self, mail: Mail) {
        let mut mailbox = lock(&self.mails);
        mailbox.last_id += 1;
        let id = format!("m{}", mailbox.last_id);
        push_bounded(&mut mailbox.mails, REMEMBERED, Mail { id, ..mail });
        drop(mailbox);
        self.touched();
    }

    pub(crate) fn forget_messages(&self) {
        lock(&self.mails).mails.clear();
        lock(&self.gateway).forget();
        self.touched();
    }
}
