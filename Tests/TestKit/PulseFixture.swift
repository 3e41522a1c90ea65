import Glibc
import Synchronization

/// A private PulseAudio without hardware, for tests that need devices with a clock of their own.
///
/// Playback `pulse:vspk` (also "default"), what was played `pulse:vspk.monitor`; microphone `pulse:vmic.monitor` (also
/// the default), spoken into by playing to `pulse:vmic`. It ends with the process, or 300 s after its last client: the
/// tests before those of the devices may take minutes.
public final class PulseFixture: Sendable {
    /// Why there is none, in words to print when a test is skipped.
    public struct Unavailable: Error, CustomStringConvertible {
        public var description: String
    }

    /// The one of this process, started at first use; sets PULSE_SERVER for the whole process.
    public static let shared: Result<PulseFixture, Unavailable> = Result { () throws(Unavailable) in
        try PulseFixture()
    }

    /// Whether tests with devices can run; prints the reason when they cannot.
    public static let isAvailable: Bool = {
        switch shared {
        case .success: return true
        case .failure(let reason):
            print("skipped, no sound server: \(reason)")
            return false
        }
    }()

    /// Folder of its socket, script and log.
    public let home: String
    private let program: String
    private let process = Mutex<pid_t>(0)

    private init() throws(Unavailable) {
        guard let found = PulseFixture.find("pulseaudio") else {
            throw Unavailable(
                description: "pulseaudio is not installed (apt-get install pulseaudio libasound2-plugins)")
        }
        program = found
        var template = Array("/tmp/sidetone-pulse.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Unavailable(description: "no temporary folder") }
        home = String(cString: made)
        try writeScript()
        atexit { PulseFixture.endChild() }
        setenv("PULSE_SERVER", "unix:\(home)/native", 1)
        setenv("PULSE_COOKIE", "\(home)/cookie", 1)
        try start()
    }

    /// Starts it, again after `kill`; returns when it answers.
    public func start() throws(Unavailable) {
        let arguments = [
            program, "-n", "-F", "\(home)/default.pa", "--daemonize=no", "--use-pid-file=no", "--disable-shm=yes",
            "--exit-idle-time=300", "--log-target=file:\(home)/log",
        ]
        var child = pid_t()
        guard PulseFixture.spawn(&child, arguments, environment) else {
            throw Unavailable(description: "\(program) cannot be run")
        }
        process.withLock { $0 = child }
        PulseFixture.child.store(child, ordering: .relaxed)
        for _ in 0..<300 {
            if answers() { return }
            _ = poll(nil, 0, 10)
        }
        throw Unavailable(description: "pulseaudio does not answer; see \(home)/log")
    }

    /// Kills it as a crash would.
    public func kill() {
        let child = process.withLock { value in
            defer { value = 0 }
            return value
        }
        guard child > 0 else { return }
        Glibc.kill(child, SIGKILL)
        PulseFixture.child.store(0, ordering: .relaxed)
        var status: Int32 = 0
        waitpid(child, &status, 0)
    }

    /// Stops it where it stands (`false`: lets it go on), as a machine under load or a debugger would.
    public func freeze(_ isFrozen: Bool) {
        let child = process.withLock { $0 }
        if child > 0 { Glibc.kill(child, isFrozen ? SIGSTOP : SIGCONT) }
    }

    /// Sends a command to it (`pactl`). Returns whether it was obeyed.
    @discardableResult
    public func control(_ arguments: String...) -> Bool {
        guard let pactl = PulseFixture.find("pactl") else { return false }
        var child = pid_t()
        guard PulseFixture.spawn(&child, [pactl, "--server=unix:\(home)/native"] + arguments, environment) else {
            return false
        }
        var status: Int32 = 0
        return waitpid(child, &status, 0) == child && status == 0
    }

    private var environment: [String] {
        ["PATH=/usr/bin:/bin", "HOME=\(home)", "XDG_RUNTIME_DIR=\(home)", "XDG_CONFIG_HOME=\(home)"]
    }

    /// Starts a program with its own input and output: else it holds the pipe of whoever reads the test's.
    private static func spawn(_ child: inout pid_t, _ arguments: [String], _ environment: [String]) -> Bool {
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        for descriptor: Int32 in 0...2 {
            posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_RDWR, 0)
        }
        return posix_spawn(&child, arguments[0], &files, nil, &argv, &envp) == 0
    }

    private static let child = Atomic<pid_t>(0)

    private static func endChild() {
        let left = child.load(ordering: .relaxed)
        if left > 0 { Glibc.kill(left, SIGKILL) }
    }

    private func writeScript() throws(Unavailable) {
        // norewinds: without it a null sink works in blocks of 2 s.
        let script = """
            load-module module-native-protocol-unix socket=\(home)/native auth-anonymous=1
            load-module module-null-sink sink_name=vspk rate=48000 norewinds=1
            load-module module-null-sink sink_name=vmic rate=48000 norewinds=1
            set-default-sink vspk
            set-default-source vmic.monitor

            """
        let file = open("\(home)/default.pa", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw Unavailable(description: "cannot write to \(home)") }
        defer { close(file) }
        let written = script.withCString { write(file, $0, strlen($0)) }
        guard written == script.utf8.count else { throw Unavailable(description: "cannot write to \(home)") }
    }

    private func answers() -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            for (index, byte) in "\(home)/native".utf8.enumerated() where index < place.count - 1 {
                place[index] = byte
            }
        }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) } == 0
        }
    }

    private static func find(_ name: String) -> String? {
        ["/usr/bin/", "/usr/local/bin/", "/bin/"].map { $0 + name }.first { access($0, X_OK) == 0 }
    }
}
