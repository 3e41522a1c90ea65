import Core
import Dispatch
import Network
import Studio
import Synchronization

/// An engine for comparisons and nothing else, as the main thread sees it.
final class CompareHost: Sendable {
    private let loop = UVLoop()
    private let state = State()
    private let news = Mutex<[ComparisonProgress]>([])

    @EngineActor
    private final class State {
        var stage: EngineStage?
        var comparison: Comparison?
        nonisolated init() {}
    }

    /// Starts the engine's thread. Throws when it cannot be.
    init(_ setup: Setup, tools: EngineStage.ToolSource, ownAgent: Bool) throws(ConfigurationError) {
        try loop.start(name: "engine")
        loop.post { [loop, state] in state.stage = EngineStage(setup, loop: loop, tools: tools, ownAgent: ownAgent) }
    }

    /// Begins a comparison; what happens is taken by `take`, and `SignalWait` hears that there is something to take.
    func start(_ script: CallerScript, _ plan: ComparisonPlan) {
        loop.post { [state, self] in
            guard let stage = state.stage else { return }
            let comparison = Comparison(script, plan, stage: stage) { progress in
                self.news.withLock { $0.append(progress) }
                SignalWait.finish()
            }
            state.comparison = comparison
            comparison.start()
        }
    }

    /// What has happened since it was asked last.
    func take() -> [ComparisonProgress] {
        news.withLock { list in
            defer { list = [] }
            return list
        }
    }

    /// Ends what runs.
    func cancel() { loop.post { [state] in state.comparison?.cancel() } }

    /// Ends programs and thread.
    func stop() {
        let done = DispatchSemaphore(value: 0)
        loop.post { [state] in
            guard let stage = state.stage else { return _ = done.signal() }
            stage.stop { done.signal() }
        }
        _ = done.wait(timeout: .now() + 5)
        loop.stop()
    }
}
