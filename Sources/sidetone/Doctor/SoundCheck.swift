import Configuration
import Core
import Devices

/// Whether microphone and speaker move audio.
enum SoundCheck {
    static func findings(_ context: CommandContext) -> [Finding] {
        let list = DeviceList.read()
        let settings = DeviceSettings(
            capture: context.configuration.capture, playback: context.configuration.playback)
        return DeviceCheck.run(settings).map { check in
            let count = list.entries(check.direction).count
            let text = "\(check.device): \(check.finding)" + (count > 0 ? " (\(count) in the list)" : "")
            return Finding(
                "devices", "\(check.direction)", check.isGood ? .ok : .warning, text,
                fix: check.fix ?? "see sidetone devices; without one you can type")
        }
    }
}
