//! A section of the configuration: the struct, and how it is read, from one declaration.

/// Declares a section. The doc comment of a field is what the documentation says of the setting; a default may use
/// the fields before it.
macro_rules! section {
    (
        $(#[$meta:meta])*
        $name:ident in $section:literal {
            $($(#[doc = $about:literal])+ $field:ident: $type:ty = $default:expr, $unit:expr;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[doc = $about])+ pub $field: $type,)+
        }

        impl $name {
            pub(super) fn read(source: &mut $crate::config::source::Source<'_>) -> Self {
                $(
                    let declared = $crate::config::source::Declared {
                        key: concat!($section, ".", stringify!($field)),
                        about: concat!($($about),+),
                    };
                    let $field: $type = source.read(declared, $default, &$unit);
                )+
                Self { $($field),+ }
            }
        }
    };
}

pub(super) use section;
