//! The functions of the engine that SQL does not have.

const ANY_SIZE: &str = "it can make values of any size";
const INTERNAL: &str = "it shows how data is stored, which may change";

/// Functions that are not accepted, with the reason.
pub(crate) const REFUSED: &[(&str, &str)] = &[
    ("repeat", ANY_SIZE),
    ("lpad", ANY_SIZE),
    ("rpad", ANY_SIZE),
    ("range", ANY_SIZE),
    ("generate_series", ANY_SIZE),
    ("array_repeat", ANY_SIZE),
    ("list_repeat", ANY_SIZE),
    ("array_resize", ANY_SIZE),
    ("list_resize", ANY_SIZE),
    ("arrow_cast", INTERNAL),
    ("arrow_try_cast", INTERNAL),
    ("arrow_field", INTERNAL),
    ("arrow_metadata", INTERNAL),
    ("with_metadata", INTERNAL),
    ("cast_to_type", INTERNAL),
    ("try_cast_to_type", INTERNAL),
    ("input_file_name", INTERNAL),
    ("file_row_index", INTERNAL),
];
