"""Callees whose arguments are HTTP statuses, and packages that speak HTTP, as tables.

Sources: the documented signatures of httpx, Flask, Quart, Werkzeug, Django, Django REST framework, Starlette, FastAPI,
Tornado, Bottle, Twisted, WebOb, respx, and of ``http.server`` and ``urllib.error`` in CPython 3.10 to 3.13.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The set of the words in ``text``, which spares a table the quotes and commas."""
    return frozenset(text.split())


# Position of the status among the positional arguments, by canonical dotted path.
POSITION_BY_PATH: dict[str, int] = {
    "urllib.error.HTTPError": 1,
    "httpx.Response": 0,
    "respx.MockResponse": 0,
    "flask.abort": 0,
    "flask.Response": 1,
    "flask.redirect": 1,
    "quart.abort": 0,
    "quart.Response": 1,
    "quart.redirect": 1,
    "werkzeug.exceptions.abort": 0,
    "werkzeug.Response": 1,
    "werkzeug.wrappers.Response": 1,
    "werkzeug.utils.redirect": 1,
    "flask_restful.abort": 0,
    "flask_restx.abort": 0,
    "flask_smorest.abort": 0,
    "webob.Response": 1,
    "bottle.abort": 0,
    "bottle.HTTPError": 0,
    "bottle.HTTPResponse": 1,
    "bottle.redirect": 1,
    "tornado.web.HTTPError": 0,
    "tornado.httpclient.HTTPError": 0,
    "tornado.httpclient.HTTPClientError": 0,
    "django.http.HttpResponse": 2,
    "rest_framework.response.Response": 1,
    "fastapi.HTTPException": 0,
    "fastapi.exceptions.HTTPException": 0,
    "fastapi.Response": 1,
    "fastapi.responses.Response": 1,
    "fastapi.responses.JSONResponse": 1,
    "fastapi.responses.HTMLResponse": 1,
    "fastapi.responses.PlainTextResponse": 1,
    "fastapi.responses.RedirectResponse": 1,
    "fastapi.responses.StreamingResponse": 1,
    "falcon.HTTPError": 0,
    "falcon.HTTPStatus": 0,
    "cherrypy.HTTPError": 0,
    "cherrypy.HTTPRedirect": 1,
    "connexion.problem": 0,
    "sanic.exceptions.SanicException": 1,
    "sanic.response.empty": 0,
    "sanic.response.html": 1,
    "sanic.response.json": 1,
    "sanic.response.raw": 1,
    "sanic.response.redirect": 2,
    "sanic.response.text": 1,
    "starlette.exceptions.HTTPException": 0,
    "starlette.responses.Response": 1,
    "starlette.responses.JSONResponse": 1,
    "starlette.responses.HTMLResponse": 1,
    "starlette.responses.PlainTextResponse": 1,
    "starlette.responses.RedirectResponse": 1,
    "starlette.responses.StreamingResponse": 1,
    "twisted.web.error.Error": 0,
    "twisted.web.resource.ErrorPage": 0,
}

# Callees that put the status into a text by way of ``str()``.
CALLEES_THAT_SHOW = frozenset({"urllib.error.HTTPError"})

# Methods of objects that may stand for one in another process, which is sent plain numbers alone (Twisted 26.10: from
# a request of twisted.web.distrib a member of an enum arrives as something unknown, and the request gets no answer).
METHODS_THAT_SEND = frozenset({"setResponseCode"})
# Modules with such objects: whoever imports one of these means them.
REMOTE_OBJECTS = frozenset({"twisted.spread", "twisted.web.distrib"})

# Methods and functions that are known by their last name alone, with the position of the status.
POSITION_BY_NAME: dict[str, int] = {
    "send_response": 0,
    "send_response_only": 0,
    "send_error": 0,
    "write_error": 0,
    "set_status": 0,
    "setResponseCode": 0,
    "respond_with_status": 0,
    "setStatus": 0,
    "HTTPException": 0,
    "HttpException": 0,
    "StarletteHTTPException": 0,
    "abort": 0,
    "errorhandler": 0,
    "app_errorhandler": 0,
    "register_error_handler": 0,
    "exception_handler": 0,
    "add_exception_handler": 0,
    "make_response": 1,
}

# Assertions about a response that is asked for inside, with the positions of the statuses that are wanted.
ASSERTED_POSITIONS: dict[str, tuple[int, ...]] = {
    "assertContains": (3,),
    "assertNotContains": (3,),
    "assertRedirects": (2, 3),
}

# Methods whose last argument is the result where there is no other, with its position.
DEFAULT_POSITIONS = {"get": 1, "getattr": 2, "next": 1, "pop": 1, "setdefault": 1}

# Keywords for what a callee gives back where nothing else is said.
PASSED_ON_KEYWORDS = frozenset({"default", "default_factory", "factory", "fallback", "return_value", "side_effect"})
# Those of them for a function that makes it.
FACTORY_KEYWORDS = frozenset({"default_factory", "factory"})

# Callees that make a field of a class, or an option, out of its default value.
FIELD_MAKERS = words("Body Cookie Field Form Header Option Argument Path Query attrib field ib")

# Methods of collections that take a member, or more of them.
MEMBER_METHODS = words("add append count discard index remove")
MEMBERS_METHODS = words("difference extend intersection union update")

# Keywords of packages whose every ``status=`` (or ``code=``) is an HTTP status.
STATUS_KEYWORDS = frozenset({"status", "code"})
PACKAGES_WITH_STATUS_KEYWORD = words(
    """
    aiohttp aioresponses bottle connexion django falcon fastapi flask flask_restful flask_restx http httpretty httpx
    litestar ninja pook quart requests requests_mock respx responses rest_framework sanic starlette tornado urllib
    urllib3 webob werkzeug
    """
)

# Packages that speak HTTP: a module that imports one handles statuses.
HTTP_PACKAGES = words(
    """
    aiohttp aiohttp_retry aioresponses bottle cherrypy connexion django drf_spectacular falcon fastapi flask
    flask_restful flask_restx flask_smorest gql grequests h11 h2 http httpcore httplib2 httpretty httpx hug hypercorn
    klein litestar lilya molten ninja oauthlib pook pycurl pyramid pytest_httpserver quart requests requests_mock
    requests_oauthlib respx responses rest_framework robyn sanic starlette tornado treq twisted urllib urllib2 urllib3
    uvicorn webob webtest werkzeug wsgiref
    """
)

# Of these, what is used with other protocols as well: Twisted speaks a dozen of them, and all have addresses.
FOR_MANY_PROTOCOLS = frozenset({"twisted", "urllib.parse"})
# Modules of protocols that have codes of three digits, too: mail, file transfer, telephony, tables for lookup, …
OTHER_PROTOCOLS = words(
    """
    aioftp aiosmtpd aiosmtplib asyncssh ftplib imaplib nntplib paramiko poplib smtpd smtplib telnetlib twisted.conch
    twisted.mail twisted.names twisted.protocols twisted.words
    """
)

# Client libraries whose responses have a word for a class of statuses.
RESPONSE_LIBRARIES = words("aiohttp httpx requests")

# Packages whose responses have a number for their ``status``, not a text.
PACKAGES_WITH_NUMBER = words("aiohttp aioresponses sanic_testing urllib3")

# Parts of a project's own module path that say the module speaks HTTP.
HTTP_MODULE_WORDS = words(
    """
    http https httpx rest restful web webob wsgi asgi api_client http_client httpclient response responses request
    requests urllib routes routing views endpoints servlet server test_client testclient
    """
)

# Functions and methods whose call gives a response, by canonical dotted path up to the last part.
REQUEST_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "send", "fetch"})
REQUEST_FUNCTIONS = frozenset(
    {
        "urllib.request.urlopen",
        "urllib3.request",
        *(
            f"{package}.{verb}"
            for package in ("requests", "httpx", "requests.api")
            for verb in REQUEST_VERBS - {"send", "fetch"}
        ),
    }
)
EXCEPTIONS_WITH_STATUS = frozenset(
    {
        "urllib.error.HTTPError",
        "aiohttp.ClientResponseError",
        "aiohttp.client_exceptions.ClientResponseError",
        "tornado.httpclient.HTTPError",
        "tornado.httpclient.HTTPClientError",
        "werkzeug.exceptions.HTTPException",
    }
)

# What a caught exception has its status in, as a number: CPython 3.9 on, aiohttp 3.14.
NUMBERS_OF_ERRORS: dict[str, frozenset[str]] = {
    "urllib.error.HTTPError": frozenset({"code", "status"}),
    "aiohttp.ClientResponseError": frozenset({"code", "status"}),
}

# Statuses that are hardly ever anything else. Round numbers are sizes and limits just as often.
TELLING_STATUSES = frozenset(
    {201, 202, 204, 206, 207, 301, 302, 303, 304, 307, 308, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422}
    | {423, 426, 428, 429, 501, 502, 503, 504}
)

# Statuses that say little alone and much beside telling ones.
COMMON_STATUSES = frozenset(
    {200, 203, 205, 400, 402, 408, 411, 414, 416, 417, 418, 421, 424, 425, 431, 451, 500, 505, 507, 511}
)

# Round numbers that are the two general errors.
GENERAL_ERRORS = frozenset({400, 500})

# Words in the name of a callee that makes a response of its arguments, or an error that becomes one.
RESPONSE_CALLEE_WORDS = words("response responses resp respond abort redirect webexception")
ERROR_CALLEE_WORDS = words("error errors exception fail failure problem reply message json raise fault status mock")

# Assertions that compare two of their arguments.
COMPARING_ASSERTIONS = words(
    """
    assertEqual assertEquals assertNotEqual assertIs assertIsNot assertCountEqual assertListEqual assertTupleEqual
    assertSequenceEqual assertSetEqual assert_equal assert_equals assert_not_equal eq_ failUnlessEqual assertThat
    assert_that
    """
)
# Matchers of testtools and PyHamcrest that are handed to an assertion with what they match.
MATCHERS = words("Equals NotEquals Is equal_to is_ is_not not_ is_in one_of same_instance Contains ContainedBy")
# `expect(value).to_equal(…)`: what begins such a chain, and what ends it with the value that is wanted.
CHAIN_STARTS = words("expect expects assert_that assertThat verify ensure that")
CHAIN_ENDS = words(
    """
    equal equals be to_equal to_be eq to_eq is_equal_to is_not_equal_to is_same_as isEqualTo toBe toEqual not_equal
    to_not_equal is_in is_not_in
    """
)
CONTAINMENT_ASSERTIONS = words("assertIn assertNotIn assert_in assert_not_in")
ORDER_ASSERTIONS = words("assertLess assertLessEqual assertGreater assertGreaterEqual")

# Decorators that feed rows of values to a test.
ROW_DECORATORS = words("parametrize expand data parameterized")

# Methods of HTTP, as people write them where they spell them in small letters.
VERBS = words("get post put patch delete head options")

# Decorators that make a view of a function.
VIEW_DECORATORS = VERBS | words("route errorhandler app_errorhandler expect")

# Callees that make the body of an answer.
BODY_MAKERS = words("dumps jsonify render render_template")

# What a response has in an OpenAPI document, or in what a framework makes one of.
OPENAPI_KEYS = words("content description headers model")
