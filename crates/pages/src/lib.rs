//! Templates, locales and assets of every page.
