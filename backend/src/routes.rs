//! The only list of routes. What is registered here is served and stands in the document.

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    accounts, applications, changes, desk, documents, messages, notifications, papers, payments, services,
};

mod document;

pub use document::{document, document_text};

/// Everything below `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    // accounts
    config.service(accounts::links::sign_up);
    config.service(accounts::links::resend_activation);
    config.service(accounts::links::check_link);
    config.service(accounts::links::activate_account);
    config.service(accounts::links::request_recovery);
    config.service(accounts::links::recover_account);
    config.service(accounts::api::sign_in);
    config.service(accounts::api::resend_code);
    config.service(accounts::api::create_session);
    config.service(accounts::api::refresh_session);
    config.service(accounts::api::sign_out);
    config.service(accounts::api::list_sessions);
    config.service(accounts::api::revoke_session);
    config.service(accounts::api::get_account);
    config.service(accounts::api::update_account);

    // services
    config.service(services::api::list_services);
    config.service(services::api::get_service);
    config.service(services::api::get_references);

    // applications
    config.service(applications::api::create_application);
    config.service(applications::api::list_applications);
    config.service(applications::api::get_application);
    config.service(applications::api::save_answers);
    config.service(applications::api::delete_draft);
    config.service(applications::api::request_submission_code);
    config.service(applications::api::submit_application);
    config.service(applications::api::amend_application);
    config.service(applications::api::resubmit_application);
    config.service(applications::api::withdraw_application);
    config.service(applications::api::confirm_result);

    // documents
    config.service(documents::api::upload_document);
    config.service(documents::api::delete_document);
    config.service(documents::api::download_document);
    config.service(documents::api::download_case_document);

    // messages
    config.service(messages::api::list_messages);
    config.service(messages::api::send_message);
    config.service(messages::api::list_case_messages);
    config.service(messages::api::send_case_message);

    // payments
    config.service(payments::api::get_charge);
    config.service(payments::api::start_payment);
    config.service(payments::api::get_payment);
    config.service(payments::api::list_payments);
    config.service(payments::api::receive_bank_webhook);

    // papers
    config.service(papers::api::list_papers);
    config.service(papers::api::download_paper);
    config.service(papers::api::download_case_paper);
    config.service(papers::api::verify_paper);
    config.service(papers::api::list_signing_keys);

    // notifications
    config.service(notifications::api::list_notifications);
    config.service(notifications::api::mark_notifications_read);
    config.service(notifications::api::mark_application_read);

    // changes
    config.service(changes::api::list_changes);
    config.service(changes::api::stream_changes);

    // desk
    config.service(desk::session::create_officer_session);
    config.service(desk::session::refresh_officer_session);
    config.service(desk::session::sign_out_officer);
    config.service(desk::session::get_officer);
    config.service(desk::api::list_cases);
    config.service(desk::api::get_case);
    config.service(desk::api::take_case);
    config.service(desk::api::release_case);
    config.service(desk::api::request_correction);
    config.service(desk::api::approve_case);
    config.service(desk::api::refuse_case);
    config.service(desk::api::revoke_result);
}
