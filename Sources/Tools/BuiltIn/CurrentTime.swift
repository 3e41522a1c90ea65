import Core
import Glibc

/// `get_current_time`: date and time of this machine.
public enum CurrentTime {
    /// The tool.
    public static let tool = Tool(
        ToolDefinition(
            name: "get_current_time", summary: "Gives the current local date, time and weekday.",
            parameters: ["type": "object", "properties": [:], "additionalProperties": false])
    ) { _ in ToolOutcome(answer(at: WallTime.now())) }

    /// What the tool answers at a given time.
    static func answer(at wall: WallTime) -> JSONValue {
        var seconds = time_t(wall.nanoseconds / 1_000_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        let zone = parts.tm_zone.map { String(cString: $0) } ?? "local"
        return [
            "time": .string(String(wall.localClock.prefix(5))), "date": .string(date(parts)),
            "weekday": .string(days[Int(parts.tm_wday) % 7]), "zone": .string(zone), "utc": .string(wall.rfc3339),
        ]
    }

    private static func date(_ parts: tm) -> String {
        func two(_ n: Int32) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }
}
