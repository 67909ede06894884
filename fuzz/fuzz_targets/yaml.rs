#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tfo_fuzz::targets::yaml(data));
