import Configuration
import Core
import Glibc
import Telephony

/// What the system grants: the listener's port, descriptors, the clock; and what it is.
enum SystemCheck {
    static func findings(_ context: CommandContext) -> [Finding] {
        [listener(context), descriptors(context), clock()] + libraries() + [kernel()]
    }

    // MARK: port

    private static func listener(_ context: CommandContext) -> Finding {
        let text = context.configuration.audioSocket ?? "127.0.0.1:9092"
        do throws(ConfigurationError) {
            let address = try SocketAddress(parsing: text)
            var listener = AudioSocketConfiguration()
            listener.address = address
            listener.allowed = try blocks(context.configuration.allow)
            try listener.validate()
            return try PortProbe.isFree(address)
                ? Finding("network", "audiosocket port", "\(address) is free")
                : Finding(
                    "network", "audiosocket port", .warning, "\(address) is in use, by another sidetone perhaps",
                    fix: "end it, or choose another port with --audiosocket")
        } catch {
            return Finding("network", "audiosocket port", .error, "\(error.place): \(error.cause)", fix: error.fix)
        }
    }

    private static func blocks(_ texts: [String]) throws(ConfigurationError) -> [AddressBlock] {
        var blocks: [AddressBlock] = []
        for text in texts { blocks.append(try AddressBlock(parsing: text)) }
        return blocks
    }

    // MARK: limits

    /// Two sockets and three files a recorded call; the rest of the program takes about sixty.
    private static func descriptors(_ context: CommandContext) -> Finding {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return Finding("system", "open files", .warning, "the limit cannot be found out")
        }
        let room = Int(clamping: limit.rlim_cur)
        let calls = max(0, (room - 64) / 5)
        let wanted = context.configuration.maximumCalls
        let text = "\(room): room for \(calls) recorded calls at a time"
        let fix = "ulimit -n \(wanted * 5 + 64) (LimitNOFILE in a systemd unit)"
        if room < 128 { return Finding("system", "open files", .error, text, fix: fix) }
        let isShort = context.configuration.audioSocket != nil && calls < wanted
        return Finding(
            "system", "open files", isShort ? .warning : .ok, isShort ? "\(text), max_calls is \(wanted)" : text,
            fix: fix)
    }

    // MARK: clock

    /// A clock that needs a system call costs the pacing of every call.
    private static func clock() -> Finding {
        let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
        let source = TextFile.read(path)?.split(separator: "\n").first.map(String.init) ?? "unknown"
        let rounds = 10_000
        let start = MonotonicTime.now()
        for _ in 1..<rounds { _ = MonotonicTime.now() }
        let each = Double((MonotonicTime.now() - start).wholeNanoseconds) / Double(rounds)
        let text = "\(source), \(Columns.number(each, 0)) ns a reading"
        guard each > 1000 else { return Finding("system", "clock", text) }
        return Finding(
            "system", "clock", .warning, "\(text): slow", fix: "boot with clocksource=tsc where the machine allows it")
    }

    // MARK: versions

    private static func libraries() -> [Finding] {
        LibraryVersions.all.map { Finding("libraries", $0.name, $0.version) }
    }

    private static func kernel() -> Finding {
        var name = utsname()
        uname(&name)
        let text = [TextFile.field(&name.sysname), TextFile.field(&name.release), TextFile.field(&name.machine)]
        return Finding(
            "system", "kernel", text.joined(separator: " ") + ", \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) processors")
    }
}

extension TextFile {
    /// A zero-terminated field of a C structure.
    static func field<T>(_ field: inout T) -> String {
        withUnsafeBytes(of: &field) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
