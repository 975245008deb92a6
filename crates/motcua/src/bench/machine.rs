//! The machine as it is while measuring, from `/proc`. Elsewhere than on Linux the texts stay empty.

use std::fs;
use std::path::Path;

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Machine {
    pub cores: usize,
    pub memory_mb: u64,
    pub processor: String,
    /// Runnable tasks, mean of the last minute: above the cores, others are at work too.
    pub load: f64,
    /// `release`, or `debug`, whose figures say nothing.
    pub build: &'static str,
}

impl Machine {
    pub fn now() -> Self {
        let memory = value("/proc/meminfo", "MemTotal");
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory_mb: kilobytes(&memory) / 1024,
            processor: value("/proc/cpuinfo", "model name"),
            load: load
                .split(' ')
                .next()
                .and_then(|one| one.parse().ok())
                .unwrap_or(0.0),
            build: if cfg!(debug_assertions) {
                "debug"
            } else {
                "release"
            },
        }
    }

    pub fn text(&self) -> String {
        format!(
            "{} cores, {} MB, {}, load {:.1}, {} build",
            self.cores, self.memory_mb, self.processor, self.load, self.build
        )
    }
}

/// Resident memory of a process now and at most, MB.
pub fn resident(process: u32) -> Option<(f64, f64)> {
    let path = format!("/proc/{process}/status");
    let [now, most] = ["VmRSS", "VmHWM"].map(|name| kilobytes(&value(&path, name)));
    (now > 0).then_some((now as f64 / 1024.0, most as f64 / 1024.0))
}

/// The file system below a path: on `tmpfs` nothing is durable.
pub fn file_system(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let mounted = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (at, kind) = (words.next()?, words.next()?);
        path.starts_with(at).then_some((at.len(), kind))
    });
    mounted
        .max()
        .map_or_else(String::new, |(_, kind)| kind.to_owned())
}

fn value(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.split_once(':').filter(|(key, _)| key.trim() == name));
    line.map_or_else(String::new, |(_, value)| value.trim().to_owned())
}

fn kilobytes(value: &str) -> u64 {
    value
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_memory_and_a_machine_has_cores() {
        let (now, most) = resident(std::process::id()).expect("this process");
        assert!(now > 1.0 && most >= now, "{now} {most}");
        assert_eq!(resident(u32::MAX), None);
        let machine = Machine::now();
        assert!(machine.cores > 0 && machine.memory_mb > 100, "{machine:?}");
        assert!(!file_system(Path::new("/")).is_empty());
    }
}
