import AudioKit
import Core

/// Placeholder.
@EngineActor
final class EchoPath {
    init(mode: DeviceSettings.Echo) {}
    func process(_ pcm: Span<Int16>, rate: Int, delayMs: Double, _ body: (Span<Int16>) -> Void) { body(pcm) }
}
