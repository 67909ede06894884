//! The data folder: one daemon at a time, and no newer format.

use tfo_sdk::client::DaemonFile;
use tfo_tests::{Daemon, Setup};

#[tokio::test]
async fn a_second_daemon_on_one_folder_is_refused_and_the_first_goes_on() {
    let first = Daemon::start().await.unwrap();
    let exit = Setup::new().unwrap().data_dir(first.setup().data_path()).refusal().unwrap();
    assert_eq!(exit.code, Some(2), "{exit:?}");
    assert!(exit.stderr.contains(&first.pid().to_string()), "{exit:?}");
    assert!(exit.stderr.contains("in use"), "{exit:?}");
    assert_eq!(first.rest().answer("/health/ready", &[]).await.unwrap().status, 200);
    // The second one must not have overwritten what says where the first one is.
    assert_eq!(&DaemonFile::read(first.setup().data_path()).unwrap(), first.addresses());
}

#[tokio::test]
async fn a_folder_of_a_newer_version_is_refused_and_left_as_it_is() {
    let setup = Setup::new().unwrap();
    let daemon = setup.start().await.unwrap();
    assert_eq!(daemon.terminate().unwrap().code, Some(0));

    let format = setup.data_path().join("FORMAT");
    let known = std::fs::read_to_string(&format).unwrap();
    let newer = known.trim().parse::<u32>().unwrap() + 1;
    std::fs::write(&format, format!("{newer}\n")).unwrap();
    let exit = setup.refusal().unwrap();
    assert_eq!(exit.code, Some(2), "{exit:?}");
    assert!(exit.stderr.contains(&format!("format {newer}")), "{exit:?}");

    std::fs::write(&format, known).unwrap();
    setup.start().await.unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_a_clear_error() {
    let setup = Setup::new().unwrap();
    std::fs::write(setup.data_path(), "a file, not a folder").unwrap();
    let exit = setup.refusal().unwrap();
    assert_eq!(exit.code, Some(2), "{exit:?}");
    assert!(exit.stderr.contains(&setup.data_path().display().to_string()), "{exit:?}");
}
