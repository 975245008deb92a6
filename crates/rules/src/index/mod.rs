//! How the state counts dossiers: rules of national indices and reports, each as a function of one case or
//! of many. Weights, thresholds and titles are data of the city; here is only what a metric *means*.

pub mod on_time;
pub mod report_06a;
