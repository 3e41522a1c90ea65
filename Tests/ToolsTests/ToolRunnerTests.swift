import Core
import Synchronization
import TestKit
import Testing

@testable import Tools

@Suite struct ToolRunnerTests {
    /// A tool that ends when the test says so.
    final class Gate: Sendable {
        private let waiters = Mutex<[CheckedContinuation<Void, any Error>]>([])
        func wait() async throws {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { waiter in waiters.withLock { $0.append(waiter) } }
            } onCancel: {
                open(throwing: true)
            }
        }
        func open(throwing: Bool = false) {
            let all = waiters.withLock { list in
                defer { list = [] }
                return list
            }
            for waiter in all { if throwing { waiter.resume(throwing: CancellationError()) } else { waiter.resume() } }
        }
    }

    @Test func unknownToolsAndWrongArgumentsEndAtOnceAsErrors() {
        EngineActor.executor.occupy {
            let loop = ManualLoop()
            var ends: [ToolRunner.Finished] = []
            let runner = ToolRunner(registry: .builtIn, loop: loop) { ends.append($0) }
            runner.start(ToolCall(id: "1", name: "nope", arguments: "{}"))
            runner.start(ToolCall(id: "2", name: "calculate", arguments: "{"))
            runner.start(ToolCall(id: "3", name: "calculate", arguments: "{}"))
            #expect(ends.isEmpty)
            loop.runPosted()
            #expect(ends.map(\.outcome) == [.error, .error, .error])
            #expect(ends[0].output.contains("nope") && ends[2].output.contains("expression is missing"))
            #expect(runner.count == 0)
        }
    }

    @Test func aToolThatHangsTimesOutOnceAndCancelledCallsEndOnce() {
        EngineActor.executor.occupy {
            let loop = ManualLoop()
            let gate = Gate()
            let slow = Tool(
                ToolDefinition(name: "slow", summary: "", parameters: ["type": "object"]), timeout: .seconds(5)
            ) { _ in
                try await gate.wait()
                return ToolOutcome("late")
            }
            var ends: [ToolRunner.Finished] = []
            let runner = ToolRunner(registry: ToolRegistry([slow]), loop: loop) { ends.append($0) }
            runner.start(ToolCall(id: "a", name: "slow", arguments: ""))
            runner.start(ToolCall(id: "b", name: "slow", arguments: ""))
            runner.cancel("b")
            loop.runPosted()
            #expect(ends.map(\.outcome) == [.cancelled])
            loop.advance(by: .seconds(6))
            #expect(ends.map(\.outcome) == [.cancelled, .timedOut])
            #expect(ends[1].output.contains("within 5"))
            gate.open()
            loop.runPosted()
            #expect(ends.count == 2)
        }
    }

    @Test func currentTimeHasItsParts() {
        let answer = CurrentTime.answer(at: WallTime(nanoseconds: 1_795_000_000_000_000_000))
        #expect(answer["utc"]?.string == "2026-11-18T11:06:40.000Z")
        #expect(answer["weekday"]?.string?.isEmpty == false && answer["time"]?.string?.count == 5)
    }
}
