import Core
import Dispatch
import Glibc
import Network
import Service
import Synchronization
import Terminal

/// A connection to a running engine with the thread that it lives on. For `attach` and `ctl`.
final class Attachment: Sendable {
    /// Why there is none, in words.
    struct Failure: Error { var words: String }

    let client: AttachClient
    let target: AttachTarget
    private let loop: UVLoop
    private let status: Status

    /// The newest state, and a bell at the first.
    private final class Status: Sendable {
        let newest = Mutex<AttachState>(.connecting)
        let first = DispatchSemaphore(value: 0)
    }

    /// Where `text` leads: a path, a URL, or nothing for the program that runs. Throws when it is none of these.
    static func target(_ text: String?, environment: [String: String]) throws -> AttachTarget {
        guard let text else {
            let running = ControlSocket.running(environment)
            guard let first = running.first else {
                throw Failure(
                    words: "no sidetone listens at \(ControlSocket.usualPath(environment)): start sidetone talk or "
                        + "sidetone serve, or name a socket or URL")
            }
            return AttachTarget(socketPath: first)
        }
        if text.contains("://") {
            return try AttachTarget(url: text, token: environment["SIDETONE_TOKEN"].map { Secret($0) })
        }
        let path = ControlSocket.absolute(text)
        guard SocketFile.isOwn(path) else { throw Failure(words: "\(path) is no control socket of yours") }
        return AttachTarget(socketPath: path)
    }

    /// Connects and waits until all is told (into `queue`, too), ten seconds at most. Throws `Failure` when nobody answers.
    init(_ target: AttachTarget, isReadOnly: Bool = false, queue: EventQueue? = nil) throws {
        let (loop, status) = (UVLoop(), Status())
        try loop.start(name: "attach")
        self.loop = loop
        self.status = status
        self.target = target
        client = AttachClient(target, loop: loop, isReadOnly: isReadOnly) {
            LWSLinks(loop: loop)
        } onState: { state in
            status.newest.withLock { $0 = state }
            status.first.signal()
        }
        if let queue { client.subscribe(queue) }
        guard status.first.wait(timeout: .now() + 10) == .success else {
            throw fail("\(target.name) does not answer")
        }
        if case .lost(let reason, _) = status.newest.withLock({ $0 }) { throw fail("\(target.name): \(reason)") }
    }

    private func fail(_ words: String) -> Failure {
        close()
        return Failure(words: String(describing: SafeText(words)))
    }

    /// Who serves; nil while there is no connection.
    var server: ServiceIdentity? {
        if case .attached(let who) = status.newest.withLock({ $0 }) { who } else { nil }
    }

    /// Asks for a command and waits for the answer, ten seconds at most: nil, or the reason why not.
    func ask(_ command: Command) -> String? {
        let answered = DispatchSemaphore(value: 0)
        let refusal = Mutex<String?>("no answer within 10 s")
        let kept = Shared(refusal)
        client.ask(command) { reason in
            kept.value.withLock { $0 = reason }
            answered.signal()
        }
        _ = answered.wait(timeout: .now() + 10)
        return kept.value.withLock { $0 }
    }

    private final class Shared: Sendable {
        let value: Mutex<String?>
        init(_ value: consuming Mutex<String?>) { self.value = value }
    }

    /// Leaves and ends the thread.
    func close() {
        client.close()
        loop.stop()
    }
}

/// Runs `body`; that nobody answers is told and ends with exit code 69.
func reportingAbsence<T>(_ body: () throws -> T) throws -> T {
    do { return try reportingMistakes(body) } catch let failure as Attachment.Failure {
        Output.error("sidetone: \(failure.words)")
        throw Exit.unavailable
    }
}
