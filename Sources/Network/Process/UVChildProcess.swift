import CLinux
import CUV
import Core
import Glibc

/// Runs programs on the loop.
///
/// Not over `uv_spawn`: that takes SIGCHLD for the whole process, and signals belong to the main thread. A pidfd on the
/// loop tells the end instead, and reaps no child but our own.
@EngineActor
public final class UVChildProcesses: ChildProcessPort {
    private let loop: UVLoop

    /// Runs programs on `loop`.
    public init(loop: UVLoop) { self.loop = loop }

    public func spawn(_ command: ChildCommand, delegate: any ChildProcessDelegate) -> any ChildProcess {
        UVChildProcess(loop, command, delegate)
    }
}

/// One running program.
@EngineActor
final class UVChildProcess: ChildProcess, LoopResident {
    private static let queueLimit = 16 << 20
    /// How long output is waited for after the end (a grandchild may hold the pipe).
    private static let lingering: Duration = .milliseconds(500)

    private(set) var processID = 0
    private let loop: UVLoop
    private weak var delegate: (any ChildProcessDelegate)?
    private var input: ChildPipe?
    private var output: ChildPipe?
    private var errors: ChildPipe?
    private var ending: ChildPipe?
    private var queue = SendQueue()
    private var closesInput = false
    private var outputLines = LineSplitter()
    private var errorLines = LineSplitter()
    private var exit: ChildExit?
    private var timer: (any EngineTimer)?
    private var isOver = false

    init(_ loop: UVLoop, _ command: ChildCommand, _ delegate: any ChildProcessDelegate) {
        self.loop = loop
        self.delegate = delegate
        loop.keep(self)
        if let code = start(command) {
            let words = "\(command.program) does not start: \(SocketNames.words(code))"
            loop.soon { self.finish(.failed(words)) }
        }
    }

    private func start(_ command: ChildCommand) -> Int32? {
        var pipes: [Int32] = [-1, -1, -1]
        var (pid, pidfd): (Int32, Int32) = (0, -1)
        let environment = command.environment?.map { "\($0.key)=\($0.value)" }
        let code = CStrings.with([command.program] + command.arguments) { argv in
            CStrings.with(environment ?? []) { envp in
                clinux_spawn(
                    command.program, argv, environment == nil ? clinux_environment() : envp, command.workingDirectory,
                    &pipes, &pid, &pidfd)
            }
        }
        guard code == 0 else { return code }
        processID = Int(pid)
        input = ChildPipe(loop, pipes[0], writes: true) { [weak self] _ in self?.flush() }
        output = ChildPipe(loop, pipes[1], writes: false) { [weak self] bytes in self?.read(bytes, fromErrors: false) }
        errors = ChildPipe(loop, pipes[2], writes: false) { [weak self] bytes in self?.read(bytes, fromErrors: true) }
        ending = ChildPipe(loop, pidfd, writes: false, isSignal: true) { [weak self] _ in self?.ended() }
        output?.resume()
        errors?.resume()
        ending?.resume()
        return nil
    }

    // MARK: - Input

    @discardableResult
    func write(_ bytes: Span<UInt8>) -> Bool {
        guard input != nil, !closesInput, queue.count + bytes.count <= Self.queueLimit else { return false }
        queue.append(bytes)
        flush()
        return true
    }

    func closeInput() {
        closesInput = true
        flush()
    }

    private func flush() {
        guard let input else { return }
        var isBroken = false
        queue.drain { waiting in
            guard !waiting.isEmpty else { return 0 }
            let sent = Glibc.write(input.descriptor, waiting.baseAddress, waiting.count)
            if sent < 0, errno != EAGAIN, errno != EINTR { isBroken = true }
            return sent
        }
        if isBroken { queue.removeAll() }
        if isBroken || (queue.isEmpty && closesInput) {
            input.close()
            self.input = nil
        } else if queue.isEmpty {
            input.pause()
        } else {
            input.resume()
        }
    }

    // MARK: - Output and end

    /// Bytes of output; nil at its end.
    private func read(_ bytes: UnsafeRawBufferPointer?, fromErrors: Bool) {
        guard !isOver else { return }
        if fromErrors {
            var lines = errorLines
            errorLines = LineSplitter()
            let tell = { (line: Span<UInt8>) in if !self.isOver { self.delegate?.childComplained(self, line: line) } }
            if let bytes { lines.read(bytes, tell) } else { lines.finish(tell) }
            errorLines = lines
        } else {
            var lines = outputLines
            outputLines = LineSplitter()
            let tell = { (line: Span<UInt8>) in if !self.isOver { self.delegate?.childWrote(self, line: line) } }
            if let bytes { lines.read(bytes, tell) } else { lines.finish(tell) }
            outputLines = lines
        }
        if outputLines.isBroken || errorLines.isBroken { return breakOff() }
        guard bytes == nil else { return }
        if fromErrors { close(&errors) } else { close(&output) }
        finishIfDone()
    }

    private func breakOff() {
        signal(SIGKILL)
        finish(.failed("it wrote a line longer than \(outputLines.bound) bytes"))
    }

    private func close(_ pipe: inout ChildPipe?) {
        pipe?.close()
        pipe = nil
    }

    private func ended() {
        var status: Int32 = 0
        guard exit == nil, waitpid(pid_t(processID), &status, WNOHANG) == pid_t(processID) else { return }
        let number = Int(status & 0x7F)
        exit = number == 0 ? .exited(Int(status >> 8) & 0xFF) : .killed(signal: number)
        close(&ending)
        timer?.cancel()
        timer = loop.schedule(after: Self.lingering) { self.finish(self.exit ?? .exited(0)) }
        finishIfDone()
    }

    private func finishIfDone() {
        if let exit, output == nil, errors == nil { finish(exit) }
    }

    private func finish(_ how: ChildExit) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        close(&input)
        close(&output)
        close(&errors)
        reapLater()
        loop.letGo(self)
        let listener = delegate
        delegate = nil
        listener?.childEnded(self, how)
    }

    /// A program given up while it still runs is reaped when it ends.
    private func reapLater() {
        guard let ending, exit == nil else { return close(&self.ending) }
        let pid = pid_t(processID)
        ending.replaceHandler { _ in
            waitpid(pid, nil, WNOHANG)
            ending.close()
        }
        self.ending = nil
    }

    func stop(grace: Duration) {
        guard exit == nil, processID != 0, !isOver else { return }
        signal(SIGTERM)
        timer?.cancel()
        timer = loop.schedule(after: grace) { self.signal(SIGKILL) }
    }

    private func signal(_ number: Int32) {
        guard exit == nil, processID != 0 else { return }
        killpg(pid_t(processID), number)
    }

    func loopStops() {
        if exit == nil, processID != 0 {
            signal(SIGKILL)
            waitpid(pid_t(processID), nil, 0)
            exit = .killed(signal: Int(SIGKILL))
        }
        finish(exit ?? .failed("stopping"))
    }
}

/// One descriptor of a program on the loop.
@EngineActor
private final class ChildPipe: DescriptorOwner {
    let descriptor: Int32
    private let loop: UVLoop
    private let writes: Bool
    private let isSignal: Bool
    private var handler: (@EngineActor (UnsafeRawBufferPointer?) -> Void)?
    private var watch: DescriptorWatch?

    init(
        _ loop: UVLoop, _ descriptor: Int32, writes: Bool, isSignal: Bool = false,
        handler: @escaping @EngineActor (UnsafeRawBufferPointer?) -> Void
    ) {
        self.loop = loop
        self.descriptor = descriptor
        self.writes = writes
        self.isSignal = isSignal
        self.handler = handler
        watch = DescriptorWatch(loop, descriptor: descriptor, owner: self)
    }

    func replaceHandler(_ new: @escaping @EngineActor (UnsafeRawBufferPointer?) -> Void) { handler = new }

    func resume() { watch?.watch(Int32(writes ? UV_WRITABLE.rawValue : UV_READABLE.rawValue)) }
    func pause() { watch?.watch(0) }

    func descriptorReady(_ events: Int32, failed: Bool) {
        guard !writes, !isSignal else {
            handler?(nil)
            return
        }
        var reads = 0
        while handler != nil, reads < 32 || failed {
            reads += 1
            let count = Glibc.read(descriptor, loop.readBuffer.baseAddress, loop.readBuffer.count)
            if count < 0, errno == EAGAIN, !failed { return }
            if count <= 0 {
                handler?(nil)
                return
            }
            handler?(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(loop.readBuffer)[..<count]))
            if count < loop.readBuffer.count, !failed { return }
        }
    }

    func loopStops() { close() }

    func close() {
        guard handler != nil else { return }
        handler = nil
        watch?.close()
        watch = nil
        Glibc.close(descriptor)
    }
}

/// Swift strings as a C array that ends with NULL.
private enum CStrings {
    static func with<T>(_ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> T) -> T {
        var pointers = strings.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else {
                var empty: UnsafeMutablePointer<CChar>?
                return body(&empty)
            }
            return body(base)
        }
    }
}
