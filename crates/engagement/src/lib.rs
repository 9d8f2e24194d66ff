#![doc = include_str!("../README.md")]

mod age;
mod claims;
mod contact;
mod customer;
mod date;
mod gender;
mod nearest;
mod object;
mod personal;
mod report;
mod sdes;
mod text;

pub use age::Age;
pub use claims::Claims;
pub use contact::{Address, Contact, PhoneType};
pub use customer::CustomerInfo;
pub use date::CalendarDate;
pub use gender::Gender;
pub use personal::PersonalInfo;
pub use report::{Parsed, Violation, Violations, Warning};
pub use sdes::{LpSdes, NotAnArray, lp_sdes};
pub use text::{Country, Language, Text};
