import CLinux
import Conversations
import Core
import Glibc
import Terminal

/// A `talk` whose screen is gone: calls and recordings go on, consoles attach by the control socket. Main thread.
struct Headless {
    private let host: EngineHost
    private let environment: [String: String]

    init(_ host: EngineHost, _ setup: Setup) {
        self.host = host
        environment = setup.environment
    }

    /// Goes on until SIGTERM, SIGINT or the `shutdown` command. Our own microphone is closed: nobody could see that it is
    /// open.
    func run(isTerminalLost: Bool) {
        var ignored = sigset_t()
        sigemptyset(&ignored)
        for number in [SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU] { signal(number, SIG_IGN) }
        host.handle.send(.setMute(session: nil, on: true))
        if !isTerminalLost {
            // The terminal's Ctrl-C is no longer for us.
            signal(SIGINT, SIG_IGN)
            announce()
            giveShellBack()
        }
        leaveTerminal()
        waitForEnd()
    }

    private func announce() {
        let path = host.ready.control
        let back = path == ControlSocket.usualPath(environment) ? "" : " " + (path ?? "")
        Output.line(
            path == nil
                ? "sidetone: detached, process \(getpid()). There is no control socket: only kill -TERM \(getpid()) ends it."
                : "sidetone: detached, process \(getpid()). Calls go on; the microphone is closed.\n"
                    + "Back: sidetone attach\(back)   End: sidetone ctl shutdown\(back.isEmpty ? "" : " --socket" + back)"
        )
    }

    /// A shell with job control gives its prompt when the job stops. It is stopped for 50 ms, and a child that it starts
    /// before makes it go on; once more, and longer, when the shell was too slow to see it.
    private func giveShellBack() {
        for milliseconds in [50, 150, 400] {
            guard tcgetpgrp(STDIN_FILENO) == getpgrp(), getpgrp() == getpid(), getsid(0) != getpid() else { return }
            guard goOn(after: milliseconds) else { return }
            kill(getpid(), SIGSTOP)
        }
    }

    private func goOn(after milliseconds: Int) -> Bool {
        let fraction = String(1000 + milliseconds).dropFirst()
        let script = "sleep 0.\(fraction); kill -CONT \(getpid())"
        var arguments: [UnsafeMutablePointer<CChar>?] =
            ["sh", "-c", script].map { (word: String) in strdup(word) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var child: pid_t = 0
        signal(SIGCHLD, SIG_IGN)
        return posix_spawn(&child, "/bin/sh", nil, &attributes, &arguments, clinux_environment()) == 0
    }

    /// Lets go of the terminal; what is said from now on goes to a file.
    private func leaveTerminal() {
        let folder = ControlSocket.stateFolder(environment)
        ControlSocket.makeFolder(folder)
        let log = open(
            folder + "/detached.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
        if nothing >= 0 {
            dup2(nothing, STDIN_FILENO)
            dup2(nothing, STDOUT_FILENO)
            dup2(log >= 0 ? log : nothing, STDERR_FILENO)
            close(nothing)
        }
        if log >= 0 { close(log) }
        setsid()
    }

    private func waitForEnd() {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGQUIT] { sigaddset(&set, number) }
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
    }
}
