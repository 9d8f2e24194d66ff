//! Nothing of one account is ever seen or changed from another (SEC-137, SEC-138): every function of the store that
//! names an account is tried with the wrong one.

mod clients;
mod consumers;
