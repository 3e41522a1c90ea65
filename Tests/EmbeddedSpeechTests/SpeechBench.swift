import Core
import Glibc
import Synchronization

@testable import EmbeddedSpeech

/// A client of real speech workers: keeps what came, and waits for messages without sleeping.
final class SpeechBench: Sendable {
    private let box: LoopBox
    private let delegate: Recorder
    private let workers: SpeechWorkers

    init(
        recognize: Bool = true, grammar: String? = nil, pronunciations: [String: String] = [:],
        model: SpeechModel = .standard, worker: String = SpeechWorkers.name
    ) {
        let box = LoopBox()
        let made = EngineActor.executor.occupy { () -> (Recorder, SpeechWorkers) in
            let workers = SpeechWorkers(loop: box, model: model)
            let recorder = Recorder()
            let configuration: JSONValue = [
                "recognize": .bool(recognize), "grammar": grammar.map { .string($0) } ?? .null,
                "pronunciations": .object(pronunciations.map { .init($0.key, .string($0.value)) }),
            ]
            recorder.link = workers.open(
                LinkID(1), .worker(name: worker, configuration: configuration), delegate: recorder)
            return (recorder, workers)
        }
        self.box = box
        (delegate, workers) = made
    }

    func send(_ json: JSONValue) { send(.text, json.bytes) }
    func send(_ pcm: [UInt8]) { send(.binary, pcm) }

    private func send(_ kind: LinkMessageKind, _ bytes: [UInt8]) {
        EngineActor.executor.occupy { _ = delegate.link?.send(kind, bytes.span) }
    }

    func close() { EngineActor.executor.occupy { delegate.link?.close(code: 1000, reason: "") } }

    /// Ends the workers and delivers what they left.
    func finish() {
        close()
        workers.stop()
        box.run()
    }

    /// The next message of a type that nobody has waited for yet; nil after a minute without one.
    func wait(for type: String, id: Int? = nil) -> JSONValue? {
        var found = take(type, id)
        while found == nil, box.waitForJob() {
            box.run()
            found = take(type, id)
        }
        return found
    }

    private func take(_ type: String, _ id: Int?) -> JSONValue? {
        EngineActor.executor.occupy { delegate.take(type, id) }
    }

    /// Everything that came, in order.
    var types: [String] { EngineActor.executor.occupy { delegate.types } }
    /// PCM of one synthesis.
    func pcm(_ id: Int) -> [Int16] { EngineActor.executor.occupy { delegate.pcm[id] ?? [] } }
    var largestPiece: Int { EngineActor.executor.occupy { delegate.largestPiece } }

    static func bytes(_ pcm: [Int16]) -> [UInt8] {
        pcm.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    /// Level of the loud frames in dBFS.
    static func level(_ pcm: [Int16]) -> Double {
        var sum = 0.0, count = 0.0
        for start in stride(from: 0, to: pcm.count - 319, by: 320) {
            let energy = pcm[start..<(start + 320)].reduce(0.0) { $0 + Double($1) * Double($1) }
            if energy / 320 > 200 * 200 { (sum, count) = (sum + energy, count + 320) }
        }
        return count == 0 ? -100 : 10 * log10(sum / count / (32768 * 32768))
    }
}

@EngineActor
private final class Recorder: LinkDelegate {
    private(set) var types: [String] = []
    private(set) var pcm: [Int: [Int16]] = [:]
    private(set) var largestPiece = 0
    var link: (any Link)?
    private var waiting: [JSONValue] = []

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) { note(["type": "opened"]) }
    func linkClosed(_ id: LinkID, _ closure: LinkClosure) { note(["type": "closed"]) }

    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        if kind == .text { return note((try? JSONParser.parse(payload)) ?? .null) }
        let bytes = payload.withUnsafeBufferPointer { Array($0) }
        let number = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        let samples = stride(from: 4, to: bytes.count - 1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
        largestPiece = max(largestPiece, samples.count)
        pcm[number, default: []] += samples
        types.append("audio")
    }

    private func note(_ json: JSONValue) {
        types.append(json["type"]?.string ?? "?")
        waiting.append(json)
    }

    func take(_ type: String, _ id: Int?) -> JSONValue? {
        guard
            let index = waiting.firstIndex(where: { $0["type"]?.string == type && (id == nil || $0["id"]?.int == id) })
        else { return nil }
        return waiting.remove(at: index)
    }
}

/// A loop whose posted jobs the test runs.
@EngineActor
private final class LoopBox: EngineLoop {
    private nonisolated let jobs = Mutex<[@EngineActor @Sendable () -> Void]>([])
    // SAFETY: a semaphore may be posted and waited for from any thread; the pointer never changes.
    private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

    nonisolated init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit { semaphore.deallocate() }

    var now: MonotonicTime { .now() }

    func schedule(at deadline: MonotonicTime, _ action: @escaping @EngineActor () -> Void) -> any EngineTimer {
        NoTimer()
    }

    nonisolated func post(_ job: @escaping @EngineActor @Sendable () -> Void) {
        jobs.withLock { $0.append(job) }
        sem_post(semaphore)
    }

    /// Waits until a job was posted; false after a minute.
    nonisolated func waitForJob() -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_sec += 60
        return sem_timedwait(semaphore, &deadline) == 0
    }

    nonisolated func run() {
        let taken = jobs.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        EngineActor.executor.occupy { for job in taken { job() } }
    }
}

@EngineActor
private final class NoTimer: EngineTimer {
    func cancel() {}
}
