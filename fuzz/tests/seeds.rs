//! Every target with its seeds: what was found once stays mended, and the targets compile without a fuzzer.

use std::path::PathBuf;

use crossgate_fuzz::TARGETS;

fn seeds_of(target: &str) -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn every_target_goes_through_its_seeds() {
    for (name, target) in TARGETS {
        let seeds = seeds_of(name);
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for seed in seeds {
            println!("{}", seed.display());
            target(&std::fs::read(seed).unwrap());
        }
    }
}

#[test]
fn every_target_can_be_fuzzed() {
    let manifest = include_str!("../Cargo.toml");
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is no program");
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("targets/{name}.rs"));
        assert!(file.is_file(), "{name} has no file");
    }
}
