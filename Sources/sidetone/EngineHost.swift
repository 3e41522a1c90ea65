import Configuration
import Conversations
import Core
import Dispatch
import Glibc
import Network
import Recording
import Studio
import Synchronization
import Terminal

/// The engine thread with everything on it, as the main thread sees it: start, handle, end.
final class EngineHost: Sendable {
    let handle: EngineHandle
    let ready: Wiring.Ready
    private let loop: UVLoop
    private let recorder: SessionRecorder
    private let wiring: WiringBox

    /// Holds the wiring for the engine thread.
    final class WiringBox: Sendable {
        @EngineActor var wiring: Wiring?
        init() {}
    }

    /// Starts engine and recorder and opens the listeners. Throws `ConfigurationError` when something asked for cannot be;
    /// nothing is left running then. `onShutdown` comes on the engine thread when a `shutdown` command is done.
    init(_ setup: Setup, devices: Bool, onShutdown: @escaping @Sendable () -> Void) throws(ConfigurationError) {
        let loop = UVLoop()
        var options = RecordingOptions(folder: setup.sessionsFolder)
        if let free = setup.configuration.recordingFreeMB { options.freeSpaceFloor = Int64(free) << 20 }
        options.consent = setup.configuration.recordingConsent
        options.application = Version.text
        let recorder = SessionRecorder(options: options) { job in loop.post(job) }
        let meters = MeterBoard()
        let box = WiringBox()
        let handle = EngineHandle(meters: meters) { job in
            loop.post { if let engine = box.wiring?.engine { job(engine) } }
        }
        try loop.start(name: "engine")
        let outcome = Self.onEngine(loop) { () -> Result<Wiring.Ready, ConfigurationError> in
            let wiring = Wiring(
                setup, loop: loop, recorder: recorder, meters: meters, devices: devices, onShutdown: onShutdown)
            box.wiring = wiring
            do throws(ConfigurationError) { return .success(try wiring.listen(setup, handle: handle)) } catch {
                return .failure(error)
            }
        }
        self.loop = loop
        self.recorder = recorder
        self.handle = handle
        wiring = box
        switch outcome {
        case .success(let ready):
            self.ready = ready
            Self.keepHouse(in: SessionStore(folder: setup.sessionsFolder), Self.retention(setup.configuration)) {
                words in
                loop.post { box.wiring?.engine.remark(words) }
            }
        case .failure(let error):
            Self.onEngine(loop) { box.wiring = nil }
            recorder.stop()
            loop.stop()
            throw error
        }
    }

    /// Brings what a crash has left into order, deletes what need not be kept and refreshes the index where there is one,
    /// beside the work; sessions that begin from now on are not looked at.
    private static func keepHouse(
        in store: SessionStore, _ retention: SessionRetention, tell: @escaping @Sendable (String) -> Void
    ) {
        let now = WallTime.now()
        DispatchQueue.global(qos: .background).async {
            _ = try? store.finishRemovals()
            let cut = (try? store.cutOff()) ?? []
            let repaired = store.repair(cut.filter { $0 < now.fileStamp }).filter { !$0.actions.isEmpty }
            if !repaired.isEmpty { tell(SessionRepair.words(repaired)) }
            if let report = try? retention.apply(to: store, now: now) {
                for line in report.lines { Output.error("sidetone: \(SafeText(line))") }
            }
            guard SessionIndex.exists(in: store.folder), let index = try? SessionIndex(folder: store.folder) else {
                return
            }
            _ = try? index.update(.all)
            _ = try? index.sweep()
        }
    }

    private static func retention(_ configuration: SidetoneConfiguration) -> SessionRetention {
        SessionRetention(
            age: configuration.recordingKeepDays.map { .seconds(86_400 * Int64($0)) },
            bytes: configuration.recordingKeepGB.map { 1_000_000_000 * Int64($0) })
    }

    /// Runs `body` on the engine thread and waits for it. Only before and after the program's real work.
    @discardableResult
    private static func onEngine<T: Sendable>(_ loop: UVLoop, _ body: @escaping @EngineActor @Sendable () -> T) -> T {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<T?>(nil)
        loop.post {
            let value = body()
            result.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        guard let value = result.withLock({ $0 }) else { preconditionFailure("the engine answered without a value") }
        return value
    }

    /// Comparisons on this engine: the tools answer from the recording, so that nothing is done twice.
    func makeCompareLab(_ setup: Setup) -> ScreenCompareLab {
        let box = BenchBox()
        return ScreenCompareLab(sessionsFolder: setup.sessionsFolder) { [loop, wiring] job in
            loop.post {
                let bench = box.bench ?? Self.makeBench(setup, loop, wiring.wiring)
                box.bench = bench
                job(bench)
            }
        }
    }

    private final class BenchBox: Sendable {
        @EngineActor var bench: ScreenCompareLab.Bench?
        init() {}
    }

    @EngineActor
    private static func makeBench(_ setup: Setup, _ loop: UVLoop, _ wiring: Wiring?) -> ScreenCompareLab.Bench {
        let stage = EngineStage(setup, loop: loop, tools: .recorded, ownAgent: false, startsPrograms: false)
        return ScreenCompareLab.Bench(
            stage: stage, player: wiring?.makeMonitor().map { ComparePlayer($0, loop: loop) })
    }

    /// Where a replay is heard: the speaker of the conversation.
    var speaker: (any ReplayOutput)? {
        Self.onEngine(loop) { [wiring, loop] in wiring.wiring?.hub.map { ReplaySpeaker($0, loop: loop) } }
    }

    /// No new calls, every call hung up; `done` comes on the engine thread, at the latest after `limit`.
    func drain(within limit: Duration, done: @escaping @Sendable () -> Void) {
        loop.post { [wiring] in
            guard let wiring = wiring.wiring else { return done() }
            wiring.drain(within: limit) { done() }
        }
    }

    /// Writes what is recorded and ends the threads.
    func stop() {
        recorder.stop()
        loop.stop()
    }
}
