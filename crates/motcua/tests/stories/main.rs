
mod account;
mod addresses;
mod calendar;
mod demonstration;
mod land;
mod leader;
mod report;
mod strangers;
mod work;
