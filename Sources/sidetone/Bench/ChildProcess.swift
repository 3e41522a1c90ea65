import Glibc

/// Another program, run to its end.
enum ChildProcess {
    /// This program's own file.
    static var ownPath: String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        return count > 0 ? String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : "sidetone"
    }

    /// Runs `path` with our variables and `environment` on top. Both output streams come back as one text. `status` is the
    /// exit code, 128 + signal, or 127 when it cannot be started. Blocks.
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String]
    ) -> (status: Int32, output: String) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return (127, String(cString: strerror(errno))) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        let variables = CommandContext.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var child: pid_t = 0
        let failure = withCStrings([path] + arguments) { argv in
            withCStrings(variables) { environment in posix_spawn(&child, path, &actions, nil, argv, environment) }
        }
        close(ends[1])
        defer { close(ends[0]) }
        guard failure == 0 else { return (127, String(cString: strerror(failure))) }
        let output = String(decoding: TextFile.bytes(ends[0]), as: UTF8.self)
        return (wait(for: child), output)
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { if errno != EINTR { return 127 } }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// The texts as a zero-terminated list of C strings, for the length of `body`.
    private static func withCStrings<T>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> T
    ) -> T {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("a list with nil at its end is not empty") }
            return body(UnsafePointer(base))
        }
    }
}
