import Core
import Glibc
import Synchronization
import Testing

@testable import Recording

/// The whole way with the real thread: tap on the engine, files on the disk.
@Suite struct SessionRecorderTests {
    private let temporary = TemporaryFolder()

    private func start(_ rate: Int) -> SessionStart {
        SessionStart(leg: .device, provider: "mock", agent: "demo", sampleRate: rate)
    }

    @Test func recordsManySessionsAtOnce() throws {
        var options = RecordingOptions(folder: temporary.path + "/sessions")
        options.freeSpaceFloor = 0
        let posted = Mutex<[Event]>([])
        let executor = EngineActor.executor
        let jobs = Mutex<[@EngineActor @Sendable () -> Void]>([])
        let recorder = SessionRecorder(options: options) { job in jobs.withLock { $0.append(job) } }
        executor.occupy {
            for number in 0..<20 {
                let id = SessionID("0000000\(number % 10)\(number / 10)")
                let tap = recorder.makeTap(session: id, start: start(16_000), wall: .now()) { event in
                    posted.withLock { $0.append(event) }
                }
                let pcm = [Int16](repeating: Int16(number + 1), count: 320)
                for position in stride(from: Int64(0), to: 16_000, by: 320) {
                    tap.tapUser(pcm.span, at: position)
                    tap.tapAgent(pcm.span, at: position)
                }
                let end = EventRecord(
                    sequence: 1, time: .now(), wall: .now(), audio: 16_000, session: id,
                    event: .sessionEnded(SessionEnd(by: .caller, reason: "done")))
                tap.tapEvent(end)
                tap.tapEnded()
            }
        }
        #expect(recorder.stop())
        executor.occupy { for job in jobs.withLock({ $0 }) { job() } }
        #expect(posted.withLock { $0.count } == 20)
        let store = SessionStore(folder: options.folder)
        let names = try store.names()
        #expect(names.count == 20)
        for name in names {
            let report = SessionVerifier.verify(path: options.folder + "/" + name)
            #expect(report.isWhole && report.frames == 16_000 && report.state == "ended", "\(report.lines)")
        }
    }

    @Test func aSessionThatIsNotOverIsClosedByTheEnd() throws {
        var options = RecordingOptions(folder: temporary.path + "/sessions")
        options.freeSpaceFloor = 0
        let recorder = SessionRecorder(options: options) { _ in }
        EngineActor.executor.occupy {
            let tap = recorder.makeTap(session: SessionID("00000001"), start: start(8000), wall: .now()) { _ in }
            let pcm = [Int16](repeating: 5, count: 4000)
            tap.tapAgent(pcm.span, at: 0)
        }
        #expect(recorder.stop())
        let list = try SessionStore(folder: options.folder).list()
        #expect(list.count == 1 && list[0].meta?.state == .stopped && list[0].seconds == 0.5 && !list[0].isLive)
    }

    @Test func impossibleRatesAreRefusedInWords() {
        let reported = Mutex<[Event]>([])
        let recorder = SessionRecorder(options: RecordingOptions(folder: temporary.path)) { job in
            EngineActor.executor.occupy(job)
        }
        EngineActor.executor.occupy {
            for rate in [0, -8000, Int.max] {
                let tap = recorder.makeTap(session: .random(), start: start(rate), wall: .now()) { e in
                    reported.withLock { $0.append(e) }
                }
                tap.tapEnded()
            }
        }
        #expect(reported.withLock { $0.count } == 3)
        #expect(recorder.stop())
    }
}
