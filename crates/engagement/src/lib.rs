//! The messaging platform's engagement attributes, customerInfo and personalInfo.
