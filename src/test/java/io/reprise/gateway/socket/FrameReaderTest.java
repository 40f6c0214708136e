package io.reprise.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.tool.ToolSettings;
import io.reprise.gateway.frame.CommandReader;
import io.reprise.gateway.socket.ClientFrame.Ask;
import io.reprise.gateway.socket.ClientFrame.Invalid;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.Command.Scope;
import io.reprise.message.Cursor;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Json;
import io.reprise.support.Current;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private final FrameReader reader = new FrameReader(
            new CommandReader(Current.always(10), Current.always(new ToolSettings.Client(2, 1_024, 256, 1))));

    static Stream<Arguments> frames() {
        return Stream.of(
                Arguments.of(
                        "{'type':'hello','id':'1','version':1,'token':'t','client':'x/1'}",
                        new ClientFrame.Hello("1", 1, "t", null)),
                Arguments.of(
                        "{'type':'hello','id':'1','version':1,'zone':'Asia/Tokyo'}",
                        new ClientFrame.Hello("1", 1, null, "Asia/Tokyo")),
                Arguments.of(
                        "{'type':'hello','id':'1','version':1,'zone':'Mars/Olympus'}",
                        new ClientFrame.Hello("1", 1, null, null)),
                Arguments.of("{'type':'hello','id':'1','version':2}", new ClientFrame.Hello("1", 2, null, null)),
                Arguments.of("{'type':'token','id':'1','token':'t'}", new ClientFrame.Token("1", "t")),
                Arguments.of("{'type':'attach','id':'1','session':'s'}", new ClientFrame.Attach("1", "s", null)),
                Arguments.of(
                        "{'type':'attach','id':'1','session':'s','epoch':null,'after':null}",
                        new ClientFrame.Attach("1", "s", null)),
                Arguments.of(
                        "{'type':'attach','id':'1','session':'s','epoch':'e','after':0}",
                        new ClientFrame.Attach("1", "s", new Cursor("e", 0))),
                Arguments.of(
                        "{'type':'attach','id':'1','session':'s','epoch':'e','after':9007199254740991}",
                        new ClientFrame.Attach("1", "s", new Cursor("e", 9007199254740991L))),
                Arguments.of("{'type':'detach','id':'1','session':'s'}", new ClientFrame.Detach("1", "s")),
                Arguments.of("{'type':'ping','id':'1','_vendor':{},'unknown':[]}", new ClientFrame.Ping("1")),
                Arguments.of("{'type':'create','id':'1'}", new Ask("1", null, new Command.Create(null, null, null))),
                Arguments.of(
                        "{'type':'create','id':'1','agent':'a','title':'t','metadata':{'k':[1,{'l':null}]}}",
                        new Ask(
                                "1",
                                null,
                                new Command.Create(
                                        "a", "t", Map.of("k", List.of(1, Collections.singletonMap("l", null)))))),
                Arguments.of(
                        "{'type':'send','id':'1','session':'s','text':'hello'}",
                        new Ask("1", "s", new Command.Send("hello", OnBusy.QUEUE))),
                Arguments.of(
                        "{'type':'send','id':'1','session':'s','text':'0123456789','onBusy':'reject'}",
                        new Ask("1", "s", new Command.Send("0123456789", OnBusy.REJECT))),
                Arguments.of(
                        "{'type':'stop','id':'1','session':'s'}", new Ask("1", "s", new Command.Stop(null, Scope.RUN))),
                Arguments.of(
                        "{'type':'stop','id':'1','session':'s','run':'r','scope':'all'}",
                        new Ask("1", "s", new Command.Stop("r", Scope.ALL))),
                Arguments.of(
                        "{'type':'answer','id':'1','session':'s','interrupt':'i','decision':'approve'}",
                        new Ask("1", "s", new Command.Answer("i", Decision.APPROVE, null, null))),
                Arguments.of(
                        "{'type':'answer','id':'1','session':'s','interrupt':'i','decision':'edit','arguments':{'b':1}}",
                        new Ask("1", "s", new Command.Answer("i", Decision.EDIT, "{\"b\":1}", null))),
                Arguments.of(
                        "{'type':'answer','id':'1','session':'s','interrupt':'i','decision':'reject'}",
                        new Ask("1", "s", new Command.Answer("i", Decision.REJECT, null, null))),
                Arguments.of(
                        "{'type':'answer','id':'1','session':'s','interrupt':'i','decision':'reject','text':'no'}",
                        new Ask("1", "s", new Command.Answer("i", Decision.REJECT, null, "no"))),
                Arguments.of(
                        "{'type':'answer','id':'1','session':'s','interrupt':'i','decision':'respond','text':'42'}",
                        new Ask("1", "s", new Command.Answer("i", Decision.RESPOND, null, "42"))),
                Arguments.of(
                        "{'type':'unqueue','id':'1','session':'s','message':'m'}",
                        new Ask("1", "s", new Command.Unqueue("m"))),
                Arguments.of(
                        "{'type':'requeue','id':'1','session':'s','message':'m','text':'new'}",
                        new Ask("1", "s", new Command.Requeue("m", "new"))),
                Arguments.of(
                        "{'type':'send','id':'1','session':'s','text':'x','onBusy':'interrupt'}",
                        new Ask("1", "s", new Command.Send("x", OnBusy.INTERRUPT))),
                Arguments.of(
                        "{'type':'send','id':'1','session':'s','text':'x','onBusy':'steer'}",
                        new Ask("1", "s", new Command.Send("x", OnBusy.STEER))),
                Arguments.of(
                        "{'type':'send','id':'1','session':'s','text':'x','onBusy':'rollback'}",
                        new Ask("1", "s", new Command.Send("x", OnBusy.ROLLBACK))),
                Arguments.of(
                        "{'type':'regenerate','id':'1','session':'s'}",
                        new Ask("1", "s", new Command.Regenerate(null, null))),
                Arguments.of(
                        "{'type':'regenerate','id':'1','session':'s','message':'m','text':'new'}",
                        new Ask("1", "s", new Command.Regenerate("m", "new"))),
                Arguments.of(
                        "{'type':'regenerate','id':'1','session':'s','model':'large'}",
                        new Ask("1", "s", new Command.Regenerate(null, null, null, "large"))),
                Arguments.of(
                        "{'type':'regenerate','id':'1','session':'s','checkpoint':'c'}",
                        new Ask("1", "s", new Command.Regenerate(null, null, "c", null))));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void a_frame_is_read(String json, ClientFrame expected) {
        assertThat(read(json)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'ping'}",
                "{'type':'ping','id':null}",
                "{'type':'ping','id':''}",
                "{'type':'ping','id':7}",
                "{'type':'ping','id':'a\\u0000'}",
            })
    void a_frame_without_a_usable_id_is_refused_without_one(String json) {
        assertThat(read(json)).isInstanceOfSatisfying(Invalid.class, invalid -> {
            assertThat(invalid.id()).isNull();
            assertThat(invalid.failure().code()).isEqualTo(ErrorCode.BAD_REQUEST);
        });
    }

    @Test
    void an_id_may_have_128_characters_and_not_one_more() {
        assertThat(read("{'type':'ping','id':'" + "x".repeat(128) + "'}")).isInstanceOf(ClientFrame.Ping.class);
        assertThat(read("{'type':'ping','id':'" + "x".repeat(129) + "'}")).isInstanceOf(Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'id':'1'}",
                "{'id':'1','type':3}",
                "{'id':'1','type':'fly'}",
                "{'id':'1','type':'delete','session':'s'}",
                "{'id':'1','type':'hello'}",
                "{'id':'1','type':'hello','version':'1'}",
                "{'id':'1','type':'hello','version':1,'token':5}",
                "{'id':'1','type':'token'}",
                "{'id':'1','type':'token','token':''}",
                "{'id':'1','type':'attach'}",
                "{'id':'1','type':'attach','session':''}",
                "{'id':'1','type':'attach','session':5}",
                "{'id':'1','type':'attach','session':'s\\ud800'}",
                "{'id':'1','type':'attach','session':'s','epoch':'e'}",
                "{'id':'1','type':'attach','session':'s','after':5}",
                "{'id':'1','type':'attach','session':'s','epoch':'e e','after':5}",
                "{'id':'1','type':'attach','session':'s','epoch':5,'after':5}",
                "{'id':'1','type':'attach','session':'s','epoch':'e','after':-1}",
                "{'id':'1','type':'attach','session':'s','epoch':'e','after':1.5}",
                "{'id':'1','type':'attach','session':'s','epoch':'e','after':'5'}",
                "{'id':'1','type':'attach','session':'s','epoch':'e','after':9007199254740992}",
                "{'id':'1','type':'attach','session':'s','epoch':'e','after':99999999999999999999}",
                "{'id':'1','type':'detach'}",
                "{'id':'1','type':'create','title':''}",
                "{'id':'1','type':'create','title':'a\\u0000b'}",
                "{'id':'1','type':'create','agent':[]}",
                "{'id':'1','type':'create','metadata':[]}",
                "{'id':'1','type':'create','metadata':{'a':['\\u0000']}}",
                "{'id':'1','type':'create','metadata':{'\\u0000':1}}",
                "{'id':'1','type':'send','text':'x'}",
                "{'id':'1','type':'send','session':'s'}",
                "{'id':'1','type':'send','session':'s','text':''}",
                "{'id':'1','type':'send','session':'s','text':['x']}",
                "{'id':'1','type':'send','session':'s','text':'a\\u0000b'}",
                "{'id':'1','type':'send','session':'s','text':'a\\ud83d'}",
                "{'id':'1','type':'send','session':'s','text':'\\ude00\\ud83d'}",
                "{'id':'1','type':'send','session':'s','text':'x','onBusy':'wait'}",
                "{'id':'1','type':'send','session':'s','text':'x','onBusy':1}",
                "{'id':'1','type':'stop'}",
                "{'id':'1','type':'stop','session':'s','run':''}",
                "{'id':'1','type':'stop','session':'s','scope':'everything'}",
                "{'id':'1','type':'answer','session':'s','decision':'approve'}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i'}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'expired'}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'approve','arguments':{}}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'approve','text':'x'}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'edit'}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'edit','arguments':'{}'}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'edit','arguments':{'a':'\\u0000'}}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'edit','arguments':{'a':[1e400]}}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'edit','arguments':{},'text':'x'}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'reject','text':''}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'reject','arguments':{}}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'respond'}",
                "{'id':'1','type':'answer','session':'s','interrupt':'i','decision':'respond','text':''}",
                "{'id':'1','type':'unqueue','session':'s'}",
                "{'id':'1','type':'requeue','session':'s','message':'m'}",
                "{'id':'1','type':'requeue','session':'s','text':'t'}",
                "{'id':'1','type':'regenerate','session':'s','checkpoint':'c','message':'m'}",
                "{'id':'1','type':'regenerate','session':'s','checkpoint':'c','text':'x'}",
                "{'id':'1','type':'regenerate','session':'s','text':''}",
                "{'id':'1','type':'send','session':'s','text':'x','tools':[{'name':'t','parameters':{'type':null}}]}",
                "{'id':'1','type':'send','session':'s','parts':[]}",
                "{'id':'1','type':'send','session':'s','text':'x','parts':{}}",
                "{'id':'1','type':'send','session':'s','parts':[{'type':'image'}]}",
                "{'id':'1','type':'send','session':'s','parts':[{'type':'video','attachment':'a'}]}",
                "{'id':'1','type':'send','session':'s','parts':[{'attachment':'a'}]}",
                "{'id':'1','type':'send','session':'s','parts':[{'type':'image','attachment':'a'},{'type':'image','attachment':'a'}]}",
                "{'id':'1','type':'regenerate','session':'s','message':''}",
            })
    void a_missing_or_wrong_field_is_a_bad_request_that_carries_the_id(String json) {
        assertThat(read(json)).isInstanceOfSatisfying(Invalid.class, invalid -> {
            assertThat(invalid.id()).isEqualTo("1");
            assertThat(invalid.failure().code()).isEqualTo(ErrorCode.BAD_REQUEST);
        });
    }

    @Test
    void a_text_is_measured_in_bytes() {
        assertThat(read("{'id':'1','type':'send','session':'s','text':'ééééé'}"))
                .isInstanceOf(Ask.class);
        assertThat(read("{'id':'1','type':'send','session':'s','text':'ééééé1'}"))
                .isInstanceOfSatisfying(
                        Invalid.class,
                        invalid -> assertThat(invalid.failure().code()).isEqualTo(ErrorCode.TOO_LARGE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'answer','id':'1','session':'s','interrupt':'i','decision':'respond','text':'ééééé1'}",
                "{'type':'answer','id':'1','session':'s','interrupt':'i','decision':'edit','arguments':{'a':'ééé'}}",
            })
    void the_size_of_an_answer_is_limited_in_bytes(String json) {
        assertThat(read(json))
                .isInstanceOfSatisfying(
                        Invalid.class,
                        invalid -> assertThat(invalid.failure().code()).isEqualTo(ErrorCode.TOO_LARGE));
    }

    @Test
    void the_order_of_keys_does_not_make_another_command() {
        ClientFrame one = read("{'type':'create','id':'1','metadata':{'a':1,'b':{'c':2,'d':3}}}");
        ClientFrame other = read("{'metadata':{'b':{'d':3,'c':2},'a':1},'id':'1','type':'create'}");

        assertThat(Json.text(((Ask) one).command())).isEqualTo(Json.text(((Ask) other).command()));
    }

    @Test
    void the_text_of_a_command_names_its_type() {
        ClientFrame unqueue = read("{'type':'unqueue','id':'1','session':'s','message':'m'}");

        assertThat(Json.text(((Ask) unqueue).command())).contains("Unqueue");
    }

    @Test
    void metadata_is_bounded_in_depth_and_size() {
        String deep = "{'a':".repeat(20) + "1" + "}".repeat(20);
        String large = "{'a':'" + "x".repeat(20_000) + "'}";

        assertThat(read("{'type':'create','id':'1','metadata':" + deep + "}")).isInstanceOf(Invalid.class);
        assertThat(read("{'type':'create','id':'1','metadata':" + large + "}")).isInstanceOf(Invalid.class);
    }

    private ClientFrame read(String json) {
        return reader.read(new JsonObject(json.replace('\'', '"')));
    }
}
