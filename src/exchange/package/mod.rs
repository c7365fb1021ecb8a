//! The auditor's package: a folder (or a zip file) of CSV that proves itself. [`tables`] says what is in it in the words of [`spec`], [`writing`] packs it,
//! [`descriptor`] describes it to programs and to people, [`reading`] opens one safely (`unpacking` lays a zip file out), [`examination`] verifies one, and [`comparison`] tells
//! which rows of two files differ.

pub mod applications;
pub mod comparison;
mod derivation;
pub mod descriptor;
pub mod examination;
pub mod reading;
pub mod spec;
pub mod tables;
mod unpacking;
pub mod writing;
